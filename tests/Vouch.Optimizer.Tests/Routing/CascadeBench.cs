using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Tests.Routing;

/// <summary>Four endpoints and one cascade: tiny + small, else best. Tiny and small cost 1 dollar per million, middle 10, best 100; the cascade is right in 0.88 and agrees in 0.7.</summary>
internal sealed class CascadePredictor : IOutcomePredictor
{
    public const string Name = "tiny + small, else best";

    public IReadOnlyList<string> Endpoints { get; init; } = ["tiny", "small", "middle", "best"];

    public IReadOnlyList<Cascade> Cascades { get; init; } = [new Cascade(0, 1, 3)];

    public string Digest { get; init; } = "cascades";

    public DateTimeOffset EvidenceTime => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public bool IsHashed { get; init; }

    /// <summary>Cascades are always right.</summary>
    public bool PrefersCascades { get; init; }

    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions)
    {
        double[] table = [0.6, 0.62, 0.8, 0.9, .. Cascades.Select(_ => 0.88), .. Cascades.Select(_ => 0.7)];
        ulong hash = 1469598103934665603;
        foreach (char c in prompt)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        for (int i = 0; i < predictions.Length; i++)
        {
            hash = (hash ^ (ulong)i) * 1099511628211;
            double success = IsHashed ? (hash >> 11) / (double)(1UL << 53) : table[i];
            success = PrefersCascades && i >= Endpoints.Count ? 1 : success;
            predictions[i] = new OutcomePrediction(success, Math.Max(0, success - 0.1), Math.Min(1, success + 0.1), 100, 100);
        }
    }
}

internal static class CascadeBench
{
    /// <summary>Prefers the cascade: 0.01 of quality for 3 millidollars.</summary>
    public static RoutingPolicy Thrifty { get; } = new("thrifty", 10);

    public static EndpointRegistry Four(Action<EndpointOptions>? tiny = null, Action<EndpointOptions>? small = null, Action<EndpointOptions>? middle = null, Action<EndpointOptions>? best = null) =>
        RoutingBench.Registry(RoutingBench.Options("tiny", 1, 1, tiny), RoutingBench.Options("small", 1, 1, small), RoutingBench.Options("middle", 10, 10, middle), RoutingBench.Options("best", 100, 100, best));

    public static Router Router(EndpointRegistry? registry = null, BudgetOptions? budgets = null, TimeProvider? time = null, RoutingPolicy? policy = null, IOutcomePredictor? predictor = null, ContextualBanditOptions? exploration = null) =>
        new(new EndpointCatalog(registry ?? Four()), predictor ?? new CascadePredictor(), new RoutingPlan(policy ?? Thrifty), new BudgetLedger(budgets, time), null, exploration, time);

    public static RouteRequest Request(decimal? maxUsd = null, string? tenant = null) => RoutingBench.Request(tenant: tenant, maxUsd: maxUsd) with { AllowsCascades = true };
}
