using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Routing;

/// <summary>A predictor whose answers are a plain table, or made from the prompt by a hash.</summary>
internal sealed class TablePredictor(params (string Id, double Success, double Tokens)[] rows) : IOutcomePredictor
{
    public IReadOnlyList<string> Endpoints { get; } = [.. rows.Select(row => row.Id)];

    public string Digest { get; init; } = "table";

    public DateTimeOffset EvidenceTime { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public bool CountsHiddenTokens { get; init; } = true;

    public bool IsHashed { get; init; }

    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions)
    {
        ulong hash = 1469598103934665603;
        foreach (char c in prompt)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            hash = (hash ^ (ulong)i) * 1099511628211;
            double success = IsHashed ? (hash >> 11) / (double)(1UL << 53) : rows[i].Success;
            predictions[i] = new OutcomePrediction(success, Math.Max(0, success - 0.1), Math.Min(1, success + 0.1), rows[i].Tokens, 100);
        }
    }
}

/// <summary>Registries and routers for tests: small numbers that can be worked out by hand.</summary>
internal static class RoutingBench
{
    public static EndpointOptions Options(string id, decimal input = 1, decimal output = 1, Action<EndpointOptions>? more = null)
    {
        var options = new EndpointOptions
        {
            Id = id,
            Provider = "p-" + id,
            Region = "eu",
            InputUsdPerMillion = input,
            OutputUsdPerMillion = output,
            ContextTokens = 10_000,
            MaxOutputTokens = 1_000,
        };
        more?.Invoke(options);
        return options;
    }

    public static EndpointRegistry Registry(params EndpointOptions[] endpoints) => EndpointRegistry.From(new EndpointRegistryOptions { Endpoints = endpoints });

    /// <summary>cheap: 0.6 at 1 dollar per million; middle: 0.8 at 10; best: 0.9 at 100.</summary>
    public static EndpointRegistry Three(Action<EndpointOptions>? cheap = null, Action<EndpointOptions>? middle = null, Action<EndpointOptions>? best = null) =>
        Registry(Options("cheap", 1, 1, cheap), Options("middle", 10, 10, middle), Options("best", 100, 100, best));

    public static TablePredictor ThreePredictor { get; } = new(("cheap", 0.6, 100), ("middle", 0.8, 100), ("best", 0.9, 100));

    public static RoutingPolicy Quality { get; } = new("quality", 0);

    public static Router Router(
        EndpointRegistry registry, RoutingPolicy? policy = null, BudgetOptions? budgets = null, RouterOptions? options = null, TimeProvider? time = null, IOutcomePredictor? predictor = null)
    {
        time ??= new ManualTimeProvider();
        return new Router(new EndpointCatalog(registry), predictor ?? ThreePredictor, new RoutingPlan(policy ?? Quality), new BudgetLedger(budgets, time), options, null, time);
    }

    /// <summary>10 input tokens, 100 output tokens at most.</summary>
    public static RouteRequest Request(EndpointCapabilities capabilities = default, RouteConstraints? constraints = null, string? tenant = null, decimal? maxUsd = null, int maxOutput = 100) =>
        new("What is the capital of France?")
        {
            InputTokens = 10,
            MaxOutputTokens = maxOutput,
            Capabilities = capabilities,
            Constraints = constraints,
            Tenant = tenant,
            MaxCost = maxUsd is { } usd ? NanoUsd.FromUsd(usd) : null,
        };
}
