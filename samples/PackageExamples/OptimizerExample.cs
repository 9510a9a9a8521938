using Vouch.Core.Models;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Forecasting;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace PackageExamples;

public static class OptimizerExample
{
    public static void Run()
    {
        #region readme
        // Two short trial renders of the scene: processor seconds, relative noise, similarity of a render to a noise-free crop.
        RenderForecast forecast = new PilotForecaster().Forecast(
        [
            new PilotMeasurement(4, CpuSeconds: 0.41, RelativeNoise: 0.314) { StructuralSimilarity = 0.529 },
            new PilotMeasurement(16, CpuSeconds: 1.01, RelativeNoise: 0.116) { StructuralSimilarity = 0.782 },
        ]);
        Console.WriteLine($"64 samples: {forecast.CpuSecondsAt(64)} s");

        ConfigurationDecision decision = new ConfigurationOptimizer().Choose(new ConfigurationRequest
        {
            Target = new QualityTarget(0.95, QualityScale.Ssim),
            Forecasts = [new SeriesForecast(resolutionScale: 1, maxBounces: 8, forecast) { PixelRatio = 100, BiasSimilarity = 1 }],
            Candidates = RenderConfiguration.Grid([1], [16, 32, 64, 128, 256, 512], [8]),
            PricePerCpuHour = 0.04,
        });
        Console.WriteLine(decision.Explain());
        #endregion
        Route();
    }

    /// <summary>Queries: the example registry, labels from somewhere, a decision with its laws and its money.</summary>
    private static void Route()
    {
        #region router
        // Labels tell what each endpoint made of past prompts: scores in 0..1 and output tokens, NaN where it was not tried.
        OutcomeModel model = new OutcomeModelTrainer().Fit([.. EndpointRegistry.Example.Endpoints.Select(e => e.Id)], Labels()).Model;
        var ledger = new BudgetLedger(new BudgetOptions { MaxRequestUsd = 0.05m, Caps = [new SpendCapOptions { Name = "day", Window = TimeSpan.FromDays(1), LimitUsd = 20 }] });
        using var router = new Router(
            new EndpointCatalog(EndpointRegistry.Example),
            new OutcomeModelPredictor(model, evidenceTime: DateTimeOffset.UnixEpoch),
            new RoutingPlan(RoutingPolicy.For(OptimizationProfile.Balanced, referenceCost: 0.01)),
            ledger);

        using RoutedCall call = router.Begin(new RouteRequest("A train leaves at 9:40 and ...") { Constraints = new RouteConstraints { AllowedRegions = ["eu", "us"] }, MaxOutputTokens = 500 });
        while (call.Endpoint is { } endpoint)
        {
            // Send to endpoint.Model with at most call.MaxOutputTokens. After a failure: call.Fail(CallFailure.Unavailable, retryAfter) names the next endpoint.
            Console.WriteLine($"{endpoint} at most {call.Reserved}");
            call.Complete(new TokenUsage(InputTokens: 40, OutputTokens: 210));
        }

        Console.WriteLine(call.ToRecord().Explain());
        #endregion
    }

    private static LabelledPrompt[] Labels()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 120).Select(i => new LabelledPrompt(
            $"Question {i}: what is {random.Next(100)} times {random.Next(100)}?",
            [.. Enumerable.Range(0, 11).Select(e => random.NextDouble() < 0.4 + (0.05 * e) ? 1.0 : 0.0)],
            [.. Enumerable.Range(0, 11).Select(e => 50.0 + (20 * e))]))];
    }
}
