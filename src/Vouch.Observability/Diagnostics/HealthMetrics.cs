using System.Diagnostics.Metrics;
using Vouch.Observability.Health;

namespace Vouch.Observability.Diagnostics;

/// <summary>The instruments of a health monitor. They tell what is known and run no check.</summary>
internal sealed class HealthMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _changes;

    public HealthMetrics(IMeterFactory factory, HealthMonitor monitor)
    {
        _meter = factory.Create(ObservabilityTelemetry.MeterName);
        _changes = _meter.CreateCounter<long>("vouch.health.changes", unit: "{change}", description: "Components that went from one state to another.");
        _meter.CreateObservableGauge("vouch.health.score", () => monitor.Read().Score, unit: "1", description: "The score of the whole: 0 is the worst, 1 the best.");
        _meter.CreateObservableGauge(
            "vouch.health.component.score",
            () => monitor.Read().Components.Select(component => new Measurement<double>(
                component.Score,
                new("vouch.health.component", component.Name),
                new("vouch.health.state", Name(component.State)))),
            unit: "1",
            description: "The score of each component.");
    }

    public void Changed(ComponentHealth component)
    {
        if (_changes.Enabled)
        {
            _changes.Add(1, new("vouch.health.component", component.Name), new KeyValuePair<string, object?>("vouch.health.state", Name(component.State)));
        }
    }

    public void Dispose() => _meter.Dispose();

    private static string Name(HealthState state) => state switch
    {
        HealthState.Healthy => "healthy",
        HealthState.Degraded => "degraded",
        HealthState.Unhealthy => "unhealthy",
        _ => "unknown",
    };
}
