using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Observability.Diagnostics;

namespace Vouch.Observability.Sampling;

/// <summary>Collects traces from the start of the host to its end, by the sampler of the options; delivers a window of the adaptive sampler when it is over, though no further trace ends.</summary>
internal sealed class TraceCollectionHost : IHostedService, IDisposable
{
    private readonly ITraceReceiver[] _receivers;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _window;
    private readonly AdaptiveSampler<CollectedTrace>? _adaptive;
    private readonly SamplingMetrics _metrics;
    private ITimer? _timer;

    public TraceCollectionHost(
        IOptions<TraceSamplingOptions> options,
        IEnumerable<ITraceReceiver> receivers,
        TimeProvider time,
        ILogger<TraceCollector> logger,
        System.Diagnostics.Metrics.IMeterFactory meters)
    {
        TraceSamplingOptions chosen = options.Value;
        _receivers = [.. receivers];
        _logger = logger;
        _time = time;
        _window = chosen.Adaptive.Window;
        _metrics = new SamplingMetrics(meters);
        if (chosen.Sampler == SamplerKind.Adaptive)
        {
            _adaptive = new AdaptiveSampler<CollectedTrace>(Deliver, chosen.Adaptive, time);
            Collector = new TraceCollector(_adaptive, chosen.Collector);
        }
        else
        {
            Collector = new TraceCollector(Make(chosen), Deliver, chosen.Collector);
        }

        _metrics.Watch(Collector);
    }

    public TraceCollector Collector { get; }

    public static ITraceSampler Make(TraceSamplingOptions options) => options.Sampler switch
    {
        SamplerKind.None => new NoneSampler(),
        SamplerKind.Random => new RandomSampler(options.Probability),
        SamplerKind.ErrorBased => new ErrorBasedSampler(options.Probability),
        _ => new AllSampler(),
    };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_adaptive is not null)
        {
            _timer ??= _time.CreateTimer(static state => ((AdaptiveSampler<CollectedTrace>)state!).CloseIfOver(), _adaptive, _window, _window);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        Collector.Dispose();
        _adaptive?.Flush();
        _metrics.Dispose();
    }

    private void Deliver(SampledWindow<CollectedTrace> window)
    {
        foreach (SampledTrace<CollectedTrace> trace in window.Kept)
        {
            Deliver(trace);
        }
    }

    private void Deliver(SampledTrace<CollectedTrace> trace)
    {
        _metrics.Kept(trace.Summary);
        foreach (ITraceReceiver receiver in _receivers)
        {
            try
            {
                receiver.Receive(trace);
            }
#pragma warning disable CA1031 // A receiver's failure must not end the host's request that ended the trace.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Log.ReceiverFailed(_logger, failure, receiver.GetType().Name);
            }
        }
    }
}
