using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Calls;

/// <summary>One worker's way: its Polly pipeline (retry, breaker, attempt timeout) and the state that outlives calls.</summary>
internal sealed class WorkerLane
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeProvider _monotonic;
    private readonly ResilienceMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ulong _stream;
    private volatile Built _built;
    private ulong _draws;
    private long _lastUsed;

    public WorkerLane(WorkerId worker, CallSettings settings, TimeProvider time, TimeProvider monotonic, ResilienceMetrics metrics, ILogger logger)
    {
        Worker = worker;
        _time = time;
        _monotonic = monotonic;
        _metrics = metrics;
        _logger = logger;
        _stream = DecorrelatedJitter.StreamOf(worker);
        _built = Build(settings, new WorkerBreaker(worker, settings.Breaker, monotonic, metrics, logger));
    }

    public WorkerId Worker { get; }

    public WorkerBreaker Breaker => _built.Breaker;

    /// <summary>The timestamp of the last call's start.</summary>
    public long LastUsed
    {
        get => Volatile.Read(ref _lastUsed);
        set => Volatile.Write(ref _lastUsed, value);
    }

    /// <summary>Runs a chain of attempts to its end. The task never fails: what became of it stands in the chain.</summary>
    public ValueTask RunAsync(CallChain chain, CallSettings settings, CancellationToken cancellationToken)
    {
        Built built = _built;
        if (built.Settings.Version < settings.Version)
        {
            built = Rebuild(settings);
        }

        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        ValueTask<Outcome<CallChain>> pending = built.Pipeline.ExecuteOutcomeAsync(static (context, chain) => chain.AttemptAsync(context.CancellationToken), context, chain);
        if (!pending.IsCompletedSuccessfully)
        {
            return FinishAsync(pending, context, chain, built.Breaker);
        }

        Finish(pending.Result, context, chain, built.Breaker);
        return default;
    }

    private static async ValueTask FinishAsync(ValueTask<Outcome<CallChain>> pending, ResilienceContext context, CallChain chain, WorkerBreaker breaker)
    {
        Outcome<CallChain> outcome;
        try
        {
            outcome = await pending.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever goes wrong on the way is a failed attempt, never an exception of the call.
        catch (Exception error)
#pragma warning restore CA1031
        {
            outcome = Outcome.FromException<CallChain>(error);
        }

        Finish(outcome, context, chain, breaker);
    }

    private static void Finish(Outcome<CallChain> outcome, ResilienceContext context, CallChain chain, WorkerBreaker breaker)
    {
        ResilienceContextPool.Shared.Return(context);
        if (outcome.Exception is { } rejection)
        {
            chain.Reject(rejection);
        }

        breaker.Report();
    }

    private Built Rebuild(CallSettings settings)
    {
        lock (_lock)
        {
            Built built = _built;
            if (built.Settings.Version < settings.Version)
            {
                WorkerBreaker breaker = built.Breaker.Settings == settings.Breaker
                    ? built.Breaker
                    : new WorkerBreaker(Worker, settings.Breaker, _monotonic, _metrics, _logger, isolated: built.Breaker.State == BreakerState.Isolated);
                _built = built = Build(settings, breaker);
            }

            return built;
        }
    }

    private Built Build(CallSettings settings, WorkerBreaker breaker)
    {
        var builder = new ResiliencePipelineBuilder<CallChain> { TimeProvider = _time };
        if (settings.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<CallChain>
            {
                MaxRetryAttempts = settings.MaxRetries,
                ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Result is { } chain && chain.TryRetry(arguments.AttemptNumber)),
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(
                    arguments.Outcome.Result!.NextDelay(settings.Jitter, _stream, Interlocked.Increment(ref _draws))),
            });
        }

        builder
            .AddPipeline(breaker.Pipeline)
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.AttemptTimeout });
        return new Built(settings, breaker, builder.Build());
    }

    private sealed record Built(CallSettings Settings, WorkerBreaker Breaker, ResiliencePipeline<CallChain> Pipeline);
}
