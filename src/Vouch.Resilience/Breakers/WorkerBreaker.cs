using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Vouch.Core.Models;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Breakers;

/// <summary>One worker's Polly circuit breaker, as a pipeline that other pipelines take in, with its state and its switch.</summary>
internal sealed class WorkerBreaker
{
    private readonly WorkerId _worker;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control;
    private readonly ResilienceMetrics _metrics;
    private readonly ILogger _logger;

    // Polly's own callbacks run on another thread through a queue and hold the call up meanwhile. Its break duration generator runs at once, under its
    // lock: it only counts here, and whoever ends a call next reports what changed, outside the lock.
    private int _openings;
    private int _reportedOpenings;
    private int _tripped;

    public WorkerBreaker(WorkerId worker, BreakerSettings settings, TimeProvider monotonic, ResilienceMetrics metrics, ILogger logger, bool isolated = false)
    {
        _worker = worker;
        Settings = settings;
        _metrics = metrics;
        _logger = logger;
        _control = new CircuitBreakerManualControl(isolated);
        Pipeline = new ResiliencePipelineBuilder<CallChain> { TimeProvider = monotonic }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<CallChain>
            {
                FailureRatio = settings.FailureRatio,
                MinimumThroughput = settings.MinimumThroughput,
                SamplingDuration = settings.SamplingDuration,
                BreakDuration = settings.BreakDuration,
                ShouldHandle = arguments => new ValueTask<bool>(IsFailure(arguments.Outcome)),
                BreakDurationGenerator = arguments =>
                {
                    Interlocked.Increment(ref _openings);
                    Volatile.Write(ref _tripped, 1);
                    return new ValueTask<TimeSpan>(Settings.BreakDuration);
                },
                StateProvider = _state,
                ManualControl = _control,
            })
            .Build();
        if (isolated)
        {
            _reportedOpenings = _openings;
        }
    }

    public BreakerSettings Settings { get; }

    public ResiliencePipeline<CallChain> Pipeline { get; }

    public BreakerState State => _state.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        CircuitState.Isolated => BreakerState.Isolated,
        _ => BreakerState.Open,
    };

    public void Isolate()
    {
        // Without OnOpened and OnClosed callbacks, Polly has nothing to wait for here.
        _control.IsolateAsync().GetAwaiter().GetResult();
        Report();
    }

    public void Close()
    {
        _control.CloseAsync().GetAwaiter().GetResult();
        Report();
    }

    /// <summary>Reports what changed since the last report. Nearly free for a breaker that never opened.</summary>
    public void Report()
    {
        if (Volatile.Read(ref _tripped) != 0)
        {
            ReportChanges();
        }
    }

    private void ReportChanges()
    {
        BreakerState state = State;
        int openings = Volatile.Read(ref _openings);
        if (Interlocked.Exchange(ref _reportedOpenings, openings) != openings)
        {
            _metrics.BreakerChanged(state == BreakerState.Isolated ? BreakerState.Isolated : BreakerState.Open);
            if (state == BreakerState.Isolated)
            {
                Log.BreakerIsolated(_logger, _worker);
            }
            else
            {
                Log.BreakerOpened(_logger, _worker, Settings.BreakDuration);
            }
        }

        if (state == BreakerState.Closed && Interlocked.Exchange(ref _tripped, 0) != 0)
        {
            _metrics.BreakerChanged(BreakerState.Closed);
            Log.BreakerClosed(_logger, _worker);
        }
    }

    private bool IsFailure(Outcome<CallChain> outcome) => outcome.Result?.Evidence switch
    {
        HealthEvidence.Good => false,
        HealthEvidence.Bad => true,

        // Polly's breaker knows no attempt that says nothing. While it is closed, counting one as a success changes little; a probe that says nothing
        // must not close it.
        _ => State == BreakerState.HalfOpen,
    };
}
