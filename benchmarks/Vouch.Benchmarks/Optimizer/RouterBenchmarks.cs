using BenchmarkDotNet.Attributes;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace Vouch.Benchmarks.Optimizer;

/// <summary>
/// A decision with 11 endpoints and prompts of 600 characters: laws, prediction, policy, budgets set aside and settled. The model is fitted on 1,200 made-up prompts; it works as much as one
/// fitted on real ones. The baseline is the prediction alone, so that the difference is what the laws cost.
/// </summary>
[MemoryDiagnoser]
public class RouterBenchmarks
{
    private const int Prompts = 64;
    private const int Characters = 600;

    private static readonly string[] Words =
        "the a of in number point find how many what is total price train water left sum prove integer value function each then per cent speed area length code returns list string output given graph set".Split(' ');

    private readonly string[] _prompts = new string[Prompts];
    private readonly OutcomePrediction[] _predictions = new OutcomePrediction[11];
    private readonly RouteConstraints _constraints = new() { AllowedRegions = ["us", "eu", "global"], ForbiddenEndpoints = ["gemma-2-9b-it"] };
    private OutcomeModel _model = null!;
    private Router _router = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < Prompts; i++)
        {
            _prompts[i] = Prompt(random);
        }

        LabelledPrompt[] labels = [.. Enumerable.Range(0, 1_200).Select(_ =>
        {
            string prompt = Prompt(random);
            double ease = (prompt.Count(static c => c == 'e') / 60.0) - 0.5;
            return new LabelledPrompt(
                prompt,
                [.. Enumerable.Range(0, 11).Select(e => random.NextDouble() < 0.4 + (0.05 * e) + (0.2 * ease) ? 1.0 : 0.0)],
                [.. Enumerable.Range(0, 11).Select(e => 100.0 + (20 * e) + random.Next(50))]);
        })];
        _model = new OutcomeModelTrainer().Fit([.. EndpointRegistry.Example.Endpoints.Select(static endpoint => endpoint.Id)], labels).Model;
        var ledger = new BudgetLedger(new BudgetOptions
        {
            MaxRequestUsd = 1,
            Caps =
            [
                new SpendCapOptions { Name = "day", LimitUsd = 1_000_000_000, Window = TimeSpan.FromDays(1) },
                new SpendCapOptions { Name = "tenant", Scope = SpendScope.EachTenant, LimitUsd = 1_000_000_000 },
            ],
        });
        _router = new Router(
            new EndpointCatalog(EndpointRegistry.Example), new OutcomeModelPredictor(_model, DateTimeOffset.UnixEpoch), new RoutingPlan(new RoutingPolicy("balanced", 20)), ledger);
    }

    [Benchmark(Baseline = true)]
    public double PredictAlone()
    {
        _model.Predict(_prompts[_next++ % Prompts], _predictions);
        return _predictions[0].SuccessProbability;
    }

    [Benchmark]
    public long Decide()
    {
        using RoutedCall call = _router.Begin(new RouteRequest(_prompts[_next++ % Prompts]) { Constraints = _constraints, Tenant = "tenant", MaxOutputTokens = 512 });
        return call.Complete(new TokenUsage(150, 100)).Value;
    }

    [Benchmark]
    public int DecideAndRecord()
    {
        using RoutedCall call = _router.Begin(new RouteRequest(_prompts[_next++ % Prompts]) { Constraints = _constraints, Tenant = "tenant", MaxOutputTokens = 512 });
        int bytes = call.ToRecord().ToJson().Length;
        call.Complete(new TokenUsage(150, 100));
        return bytes;
    }

    private static string Prompt(Random random)
    {
        var text = new System.Text.StringBuilder(Characters + 16);
        while (text.Length < Characters)
        {
            text.Append(random.Next(12) == 0 ? random.Next(1_000).ToString(System.Globalization.CultureInfo.InvariantCulture) : Words[random.Next(Words.Length)]).Append(' ');
        }

        return text.ToString(0, Characters);
    }
}
