using Polly;
using Polly.Telemetry;
using Vouch.Core.Models;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Defaults;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Queues;

/// <summary>A Polly strategy that does what a <see cref="FairQueue"/> decides.</summary>
internal sealed class FairQueueStrategy : ResilienceStrategy, IDisposable
{
    private static readonly ResilienceEvent Refused = new(ResilienceEventSeverity.Warning, "OnCallRefused");

    private readonly MonotonicTicks _clock;
    private readonly ResilienceStrategyTelemetry? _telemetry;
    private readonly long _maxWait;
    private readonly FairQueue _queue;
    private readonly ChainPool<PipelineCall> _calls = new();
    private readonly Lock _timerLock = new();
    private readonly ITimer _timer;
    private long _wakeAt = long.MaxValue;
    private bool _disposed;

    public FairQueueStrategy(FairQueueStrategyOptions options, TimeProvider time, ResilienceStrategyTelemetry? telemetry)
    {
        _clock = new MonotonicTicks(time);
        _telemetry = telemetry;
        _maxWait = options.MaxWait.Ticks;
        _queue = new FairQueue(options.MaxConcurrency, options.MaxWaiting);
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static strategy => ((FairQueueStrategy)strategy!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public FairQueue Queue => _queue;

    public void Dispose()
    {
        lock (_timerLock)
        {
            _disposed = true;
            _timer.Dispose();
        }
    }

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state)
    {
        if (context.CancellationToken.IsCancellationRequested)
        {
            return new(Outcome.FromException<TResult>(new OperationCanceledException(context.CancellationToken)));
        }

        PipelineCall call = _calls.TryTake() ?? new PipelineCall(continuesInline: false);
        long deadline = Describe(call, context.Properties);
        call.ExpectTurn();
        if (!_queue.TryEnter(call))
        {
            if (call.Refusal == RefusalReason.QueueFull)
            {
                return new(Refuse<TResult>(call, context));
            }

            Arm(deadline);
            return WaitAsync(callback, context, state, call);
        }

        _calls.Give(call);
        ValueTask<Outcome<TResult>> pending = Call(callback, context, state);
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending, context);
        }

        Outcome<TResult> outcome = pending.Result;
        _queue.Exit(_clock.Now);
        return new(outcome);
    }

    private static ValueTask<Outcome<TResult>> Call<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state)
    {
        try
        {
            return callback(context, state);
        }
        catch (Exception error)
        {
            return new(Outcome.FromException<TResult>(error));
        }
    }

    private long Describe(PipelineCall call, ResilienceProperties properties)
    {
        long time = _maxWait;
        if (properties.TryGetValue(CallProperties.TimeLeft, out TimeSpan left) && left.Ticks < time)
        {
            time = Math.Max(0, left.Ticks);
        }

        long deadline = _clock.Now + time;
        call.Begin(deadline, properties.GetValue(CallProperties.Priority, Priority.Normal).Level - Priority.MinLevel, properties.GetValue(CallProperties.Tenant, string.Empty));
        return deadline;
    }

    private async ValueTask<Outcome<TResult>> WaitAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state,
        PipelineCall call)
    {
        bool captured = context.ContinueOnCapturedContext;
        CancellationToken token = context.CancellationToken;

        // Either the queue tells the call or the withdrawal does, never both: whoever takes it out of the room may.
        CancellationTokenRegistration registration = token.UnsafeRegister(
            static state =>
            {
                var (queue, call) = ((FairQueue, PipelineCall))state!;
                if (queue.TryWithdraw(call))
                {
                    call.OnRefused();
                }
            },
            (_queue, call));
        bool admitted = await call.Turn().ConfigureAwait(captured);
        await registration.DisposeAsync().ConfigureAwait(captured);
        if (!admitted && call.Refusal == RefusalReason.None)
        {
            _calls.Give(call);
            return Outcome.FromException<TResult>(new OperationCanceledException(token));
        }

        if (!admitted)
        {
            return Refuse<TResult>(call, context);
        }

        _calls.Give(call);
        return await AwaitAsync(Call(callback, context, state), context).ConfigureAwait(captured);
    }

    private async ValueTask<Outcome<TResult>> AwaitAsync<TResult>(ValueTask<Outcome<TResult>> pending, ResilienceContext context)
    {
        try
        {
            return await pending.ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (Exception error)
        {
            return Outcome.FromException<TResult>(error);
        }
        finally
        {
            _queue.Exit(_clock.Now);
        }
    }

    private Outcome<TResult> Refuse<TResult>(PipelineCall call, ResilienceContext context)
    {
        RefusalReason reason = call.Refusal;
        _calls.Give(call);
        Outcome<TResult> outcome = CallRefusedException.OutcomeFor<TResult>(reason);
        _telemetry?.Report(Refused, context, outcome, reason);
        return outcome;
    }

    private void Arm(long deadline)
    {
        if (deadline >= Volatile.Read(ref _wakeAt))
        {
            return;
        }

        lock (_timerLock)
        {
            if (!_disposed && deadline < _wakeAt)
            {
                _wakeAt = deadline;

                // A tick more, since timers may be early by a part of one.
                _timer.Change(new TimeSpan(Math.Max(0, deadline - _clock.Now) + TimeSpan.TicksPerMillisecond), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void OnTimer()
    {
        lock (_timerLock)
        {
            _wakeAt = long.MaxValue;
        }

        Arm(_queue.Expire(_clock.Now));
    }
}
