using System.Diagnostics.Metrics;
using Vouch.AnomalyDetection.Series;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Diagnostics;

/// <summary>The instruments of the package.</summary>
internal sealed class AnomalyMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _observations;
    private readonly Counter<long> _alarms;

    public AnomalyMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(AnomalyTelemetry.MeterName);
        _observations = _meter.CreateCounter<long>("vouch.anomaly.observations", unit: "{observation}", description: "Values judged.");
        _alarms = _meter.CreateCounter<long>("vouch.anomaly.alarms", unit: "{alarm}", description: "Events begun.");
    }

    public void Watch(SeriesRegistry registry) =>
        _meter.CreateObservableUpDownCounter("vouch.anomaly.series.count", () => registry.Count, unit: "{series}", description: "Series watched.");

    public void Observed(long count)
    {
        if (_observations.Enabled)
        {
            _observations.Add(count);
        }
    }

    public void Alarmed(in Observation observation)
    {
        if (_alarms.Enabled)
        {
            _alarms.Add(1, new KeyValuePair<string, object?>("vouch.anomaly.severity", Name(observation.Severity)));
        }
    }

    private static string Name(AnomalySeverity severity) => severity switch
    {
        AnomalySeverity.Low => "low",
        AnomalySeverity.Medium => "medium",
        AnomalySeverity.High => "high",
        AnomalySeverity.Critical => "critical",
        _ => "none",
    };
}
