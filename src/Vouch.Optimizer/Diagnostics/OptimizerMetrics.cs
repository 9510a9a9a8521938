using System.Diagnostics.Metrics;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Diagnostics;

/// <summary>The package's instruments.</summary>
internal sealed class OptimizerMetrics
{
    private readonly Histogram<double> _sceneDuration;
    private readonly Counter<long> _scenes;
    private readonly Counter<long> _decisions;

    public OptimizerMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(OptimizerTelemetry.MeterName);
        _sceneDuration = meter.CreateHistogram<double>(OptimizerTelemetry.SceneDuration, "s", "Time that the analysis of a scene takes.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] });
        _scenes = meter.CreateCounter<long>(OptimizerTelemetry.Scenes, "{scene}", "Analysed scenes.");
        _decisions = meter.CreateCounter<long>(OptimizerTelemetry.Decisions, "{decision}", "Configuration decisions.");
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
}
