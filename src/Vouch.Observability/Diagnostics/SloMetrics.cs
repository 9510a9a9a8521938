using System.Diagnostics.Metrics;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Diagnostics;

/// <summary>The instruments of the SLO engine.</summary>
internal sealed class SloMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _changes;

    public SloMetrics(IMeterFactory factory, SloEngine engine)
    {
        _meter = factory.Create(ObservabilityTelemetry.MeterName);
        _changes = _meter.CreateCounter<long>("vouch.slo.alert.changes", unit: "{change}", description: "Alerts that went from one state to another.");
        _meter.CreateObservableUpDownCounter("vouch.slo.objectives.count", () => engine.Objectives.Count, unit: "{objective}", description: "Objectives watched.");
    }

    public void Changed(AlertChange change)
    {
        if (_changes.Enabled)
        {
            _changes.Add(
                1,
                new KeyValuePair<string, object?>("vouch.slo.severity", change.Alert.Severity == AlertSeverity.Page ? "page" : "ticket"),
                new KeyValuePair<string, object?>("vouch.slo.state", Name(change.To)));
        }
    }

    public void Dispose() => _meter.Dispose();

    private static string Name(AlertState state) => state switch
    {
        AlertState.Quiet => "quiet",
        AlertState.NoTraffic => "no_traffic",
        AlertState.HeldBack => "held_back",
        AlertState.Pending => "pending",
        AlertState.Firing => "firing",
        _ => "unreachable",
    };
}
