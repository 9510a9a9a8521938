using System.Diagnostics.Metrics;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Defaults;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Diagnostics;

/// <summary>The instruments of default pipelines: what they decided, counted, and how they stand, observed.</summary>
/// <remarks>Safe to share. Pipelines are held weakly: one that nobody uses any more is not kept for its figures.</remarks>
internal sealed class PipelineMetrics : IDisposable
{
    private readonly Meter? _owned;
    private readonly Lock _lock = new();
    private readonly List<WeakReference<VouchPipeline>> _pipelines = [];
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _stopped;

    public PipelineMetrics(IMeterFactory? factory)
    {
        Meter meter = factory?.Create(ResilienceTelemetry.MeterName) ?? (_owned = new Meter(ResilienceTelemetry.MeterName));
        _refusals = meter.CreateCounter<long>(ResilienceTelemetry.RefusalsInstrument, "{call}", "Calls that were refused before they reached a back end.");
        _retries = meter.CreateCounter<long>(ResilienceTelemetry.RetriesInstrument, "{attempt}", "Attempts that followed a failed one.");
        _stopped = meter.CreateCounter<long>(ResilienceTelemetry.StoppedAttemptsInstrument, "{attempt}", "Attempts that were stopped because they took too long.");
        meter.CreateObservableGauge(ResilienceTelemetry.LimitInstrument, () => Observe(static pipeline => pipeline.ConcurrencyLimit), "{attempt}", "The present limit of attempts under way.");
        meter.CreateObservableUpDownCounter(ResilienceTelemetry.InFlightInstrument, () => Observe(static pipeline => pipeline.InFlight), "{attempt}", "Attempts under way.");
        meter.CreateObservableUpDownCounter(ResilienceTelemetry.WaitingInstrument, () => Observe(static pipeline => pipeline.Waiting), "{call}", "Calls that wait for their turn.");
    }

    /// <summary>Gets the metrics of pipelines that were made without a container.</summary>
    public static PipelineMetrics Shared { get; } = new(factory: null);

    public void Add(VouchPipeline pipeline)
    {
        lock (_lock)
        {
            _pipelines.RemoveAll(static reference => !reference.TryGetTarget(out _));
            _pipelines.Add(new WeakReference<VouchPipeline>(pipeline));
        }
    }

    public void Remove(VouchPipeline pipeline)
    {
        lock (_lock)
        {
            _pipelines.RemoveAll(reference => !reference.TryGetTarget(out VouchPipeline? other) || other == pipeline);
        }
    }

    public void Refused(string name, RefusalReason reason)
    {
        if (_refusals.Enabled)
        {
            _refusals.Add(1, Pipeline(name), new(ResilienceTelemetry.ReasonTag, Name(reason)));
        }
    }

    public void Retried(string name, ErrorClass error)
    {
        if (_retries.Enabled)
        {
            _retries.Add(1, Pipeline(name), new(ResilienceTelemetry.ErrorClassTag, ResilienceMetrics.Name(error)));
        }
    }

    public void Stopped(string name)
    {
        if (_stopped.Enabled)
        {
            _stopped.Add(1, Pipeline(name));
        }
    }

    public void Dispose() => _owned?.Dispose();

    private static KeyValuePair<string, object?> Pipeline(string name) => new(ResilienceTelemetry.PipelineTag, name);

    private static string Name(RefusalReason reason) => reason switch
    {
        RefusalReason.DeadlineTooNear => "deadline_too_near",
        RefusalReason.QueueFull => "queue_full",
        RefusalReason.Displaced => "displaced",
        RefusalReason.LimitReached => "limit_reached",
        RefusalReason.BreakerOpen => "breaker_open",
        RefusalReason.Throttled => "throttled",
        RefusalReason.WaitedTooLong => "waited_too_long",
        _ => "none",
    };

    private List<Measurement<double>> Observe(Func<VouchPipeline, double> read)
    {
        var measurements = new List<Measurement<double>>();
        lock (_lock)
        {
            foreach (WeakReference<VouchPipeline> reference in _pipelines)
            {
                if (reference.TryGetTarget(out VouchPipeline? pipeline))
                {
                    measurements.Add(new Measurement<double>(read(pipeline), Pipeline(pipeline.Name)));
                }
            }
        }

        return measurements;
    }
}
