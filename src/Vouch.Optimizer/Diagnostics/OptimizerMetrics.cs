using System.Diagnostics.Metrics;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Diagnostics;

/// <summary>The package's instruments.</summary>
internal sealed class OptimizerMetrics
{
    private readonly Histogram<double> _sceneDuration;
    private readonly Counter<long> _scenes;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _routes;
    private readonly Counter<long> _failures;
    private readonly Counter<double> _spend;

    public OptimizerMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(OptimizerTelemetry.MeterName);
        _sceneDuration = meter.CreateHistogram<double>(OptimizerTelemetry.SceneDuration, "s", "Time that the analysis of a scene takes.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] });
        _scenes = meter.CreateCounter<long>(OptimizerTelemetry.Scenes, "{scene}", "Analysed scenes.");
        _decisions = meter.CreateCounter<long>(OptimizerTelemetry.Decisions, "{decision}", "Configuration decisions.");
        _routes = meter.CreateCounter<long>(OptimizerTelemetry.Routes, "{route}", "Routing decisions.");
        _failures = meter.CreateCounter<long>(OptimizerTelemetry.CallFailures, "{call}", "Failed calls of endpoints.");
        _spend = meter.CreateCounter<double>(OptimizerTelemetry.Spend, "{USD}", "Dollars charged for calls.");
    }

    public void RecordScene(SceneFormat format, bool usable, double seconds)
    {
        if (_sceneDuration.Enabled)
        {
            _sceneDuration.Record(seconds, new KeyValuePair<string, object?>(OptimizerTelemetry.FormatTag, format.ToString()));
        }

        if (_scenes.Enabled)
        {
            _scenes.Add(1, new KeyValuePair<string, object?>(OptimizerTelemetry.FormatTag, format.ToString()), new KeyValuePair<string, object?>(OptimizerTelemetry.UsableTag, usable));
        }
    }

    public void RecordDecision(ConfigurationOutcome outcome)
    {
        if (_decisions.Enabled)
        {
            _decisions.Add(1, new KeyValuePair<string, object?>(OptimizerTelemetry.OutcomeTag, outcome.ToString()));
        }
    }

    public void RecordRoute(RoutingOutcome outcome, RouteBasis basis, string? endpoint)
    {
        if (_routes.Enabled)
        {
            _routes.Add(
                1,
                new KeyValuePair<string, object?>(OptimizerTelemetry.OutcomeTag, outcome.ToString()),
                new KeyValuePair<string, object?>(OptimizerTelemetry.BasisTag, basis.ToString()),
                new KeyValuePair<string, object?>(OptimizerTelemetry.EndpointTag, endpoint ?? "none"));
        }
    }

    public void RecordFailure(string endpoint, CallFailure failure)
    {
        if (_failures.Enabled)
        {
            _failures.Add(1, new KeyValuePair<string, object?>(OptimizerTelemetry.EndpointTag, endpoint), new KeyValuePair<string, object?>("error.type", failure.ToString()));
        }
    }

    public void RecordSpend(string endpoint, NanoUsd amount)
    {
        if (_spend.Enabled)
        {
            _spend.Add((double)amount.Usd, new KeyValuePair<string, object?>(OptimizerTelemetry.EndpointTag, endpoint));
        }
    }
}
