using Vouch.Observability.Traces;

namespace Vouch.Observability.RootCause;

/// <summary>What was seen of a system over a stretch of time.</summary>
public sealed record TelemetryWindow
{
    /// <summary>Initializes a window.</summary>
    /// <param name="traces">The traces that began in it, in any order.</param>
    /// <param name="metrics">Readings of the services' metrics in it, such as CPU use; null or empty where there are none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="traces"/> is null.</exception>
    public TelemetryWindow(IReadOnlyList<SpanTree> traces, IReadOnlyList<ServiceMetric>? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(traces);
        Traces = traces;
        Metrics = metrics ?? [];
    }

    /// <summary>Gets the traces that began in the window.</summary>
    public IReadOnlyList<SpanTree> Traces { get; }

    /// <summary>Gets readings of the services' metrics.</summary>
    public IReadOnlyList<ServiceMetric> Metrics { get; }
}
