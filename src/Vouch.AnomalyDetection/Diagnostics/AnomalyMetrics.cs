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
    private readonly Counter<long> _withheld;

    public AnomalyMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(AnomalyTelemetry.MeterName);
        _observations = _meter.CreateCounter<long>("vouch.anomaly.observations", unit: "{observation}", description: "Values judged.");
        _alarms = _meter.CreateCounter<long>("vouch.anomaly.alarms", unit: "{alarm}", description: "Events begun.");
        _withheld = _meter.CreateCounter<long>("vouch.anomaly.withheld", unit: "{alarm}", description: "New extremes that did not alarm because the budget was used up.");
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

    public void Withheld()
    {
        if (_withheld.Enabled)
        {
            _withheld.Add(1);
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
