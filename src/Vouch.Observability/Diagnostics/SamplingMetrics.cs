using System.Diagnostics.Metrics;
using Vouch.Observability.Sampling;

namespace Vouch.Observability.Diagnostics;

/// <summary>The instruments of trace collection.</summary>
internal sealed class SamplingMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _kept;

    public SamplingMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(ObservabilityTelemetry.MeterName);
        _kept = _meter.CreateCounter<long>("vouch.sampling.kept_traces", unit: "{trace}", description: "Traces that were kept.");
    }

    public void Watch(TraceCollector collector)
    {
        _meter.CreateObservableCounter("vouch.sampling.ended_traces", () => collector.EndedTraces, unit: "{trace}", description: "Traces that were decided about.");
        _meter.CreateObservableCounter("vouch.sampling.dropped_traces", () => collector.DroppedTraces, unit: "{trace}", description: "Traces that made room for later ones before they had ended.");
        _meter.CreateObservableCounter("vouch.sampling.dropped_spans", () => collector.DroppedSpans, unit: "{span}", description: "Spans that were dropped as their trace had too many.");
        _meter.CreateObservableCounter("vouch.sampling.late_spans", () => collector.LateSpans, unit: "{span}", description: "Spans that ended after their trace was decided about.");
        _meter.CreateObservableUpDownCounter("vouch.sampling.open_traces.count", () => collector.OpenTraces, unit: "{trace}", description: "Traces that have not ended.");
    }

    public void Kept(in TraceSummary trace)
    {
        if (_kept.Enabled)
        {
            _kept.Add(1, new("vouch.sampling.failed", trace.HasError), new KeyValuePair<string, object?>("vouch.sampling.slow", trace.IsSlow));
        }
    }

    public void Dispose() => _meter.Dispose();
}
