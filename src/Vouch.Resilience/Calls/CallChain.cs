using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Diagnostics;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Calls;

/// <summary>
/// The attempts of one call at one candidate, and the value that flows through that candidate's Polly pipeline. Failures stand in here, not in exceptions:
/// one pipeline per worker serves every type of answer, and failing costs no more than answering.
/// </summary>
/// <remarks>
/// Two parties write: the pipeline, which makes attempts, and the call, which closes the chain once it no longer wants it. The lock orders them; after
/// closing, whatever the pipeline still reports is dropped. No foreign code runs under the lock.
/// </remarks>
internal abstract class CallChain
{
    private readonly Lock _lock = new();
    private CallContext _call;
    private CallChain? _budgetHolder;
    private CallAttempt _first;
    private List<CallAttempt>? _further;
    private int _count;
    private int _reserved;
    private bool _hedged;
    private bool _running;
    private bool _closed;
    private long _attemptStart;
    private TimeSpan _previousDelay;
    private HealthEvidence _evidence;

    public WorkerId Worker { get; private set; }

    public TimeSpan FirstDuration => _first.Duration;

    public int AttemptCount => _count;

    /// <summary>Whether the candidate answered. Read it once the pipeline is done.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>Whether the breaker refused the only attempt, so that the worker was never called.</summary>
    public bool WasRefused => _count == 1 && _first.Outcome == CallAttemptOutcome.BreakerOpen;

    /// <summary>What the last attempt says about the worker.</summary>
    public HealthEvidence Evidence
    {
        get
        {
            lock (_lock)
            {
                return _evidence;
            }
        }
    }

    protected CallSettings Settings => _call.Settings;

    private TimeProvider Time => _call.Time;

    public void Begin(in CallContext call, WorkerId worker, bool hedged, CallChain? budgetHolder)
    {
        _call = call;
        Worker = worker;
        _hedged = hedged;
        _budgetHolder = budgetHolder ?? this;
        if (budgetHolder is null)
        {
            _reserved = 1;
        }
    }

    /// <summary>Makes one attempt. Called by the pipeline.</summary>
    public abstract ValueTask<Outcome<CallChain>> AttemptAsync(CancellationToken cancellationToken);

    /// <summary>Takes one attempt out of the call's budget.</summary>
    public bool TryReserve()
    {
        ref int reserved = ref _budgetHolder!._reserved;
        int seen = Volatile.Read(ref reserved);
        while (seen < Settings.MaxAttempts)
        {
            int found = Interlocked.CompareExchange(ref reserved, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Puts back what <see cref="TryReserve"/> took, for an attempt that was not made.</summary>
    public void Release() => Interlocked.Decrement(ref _budgetHolder!._reserved);

    public bool TryRetry(int attemptNumber)
    {
        lock (_lock)
        {
            CallAttempt last = _count <= 1 ? _first : _further![^1];
            if (_closed || _count == 0 || last.Outcome != CallAttemptOutcome.Failed || last.ErrorClass != ErrorClass.Transient)
            {
                return false;
            }
        }

        return attemptNumber < Settings.MaxRetries && TryReserve();
    }

    public TimeSpan NextDelay(DecorrelatedJitter jitter, ulong stream, ulong draw) => _previousDelay = jitter.Next(_previousDelay, stream, draw);

    /// <summary>The pipeline refused the chain or gave it up: the breaker is open, or the call was withdrawn between two attempts.</summary>
    public void Reject(Exception error)
    {
        if (error is not OperationCanceledException)
        {
            CallAttemptOutcome outcome = error is BrokenCircuitException ? CallAttemptOutcome.BreakerOpen : CallAttemptOutcome.Failed;
            if (TryStartAttempt())
            {
                EndAttempt(outcome, error, _call.Settings.Classify(Worker, error, _call.Logger));
            }
        }
    }

    /// <summary>Ends what is under way as seen from the call. Nothing is recorded afterwards.</summary>
    /// <param name="outcome">What becomes of a running attempt.</param>
    /// <param name="countsAgainstWorker">Whether the worker had a head start and was still too slow.</param>
    public void Close(CallAttemptOutcome outcome, bool countsAgainstWorker)
    {
        long now = Time.GetTimestamp();
        CallAttempt ended;
        lock (_lock)
        {
            _closed = true;
            if (!_running)
            {
                return;
            }

            _running = false;
            _evidence = countsAgainstWorker ? HealthEvidence.Bad : HealthEvidence.None;
            ended = Append(outcome, now, error: null, ErrorClass.Cancelled);
        }

        Report(ended);
    }

    /// <summary>Copies the attempts. An answer that was not taken counts as outrun.</summary>
    public void CopyTo(List<CallAttempt> attempts, bool isWinner)
    {
        lock (_lock)
        {
            for (int i = 0; i < _count; i++)
            {
                CallAttempt attempt = i == 0 ? _first : _further![i - 1];
                attempts.Add(attempt.Outcome == CallAttemptOutcome.Succeeded && !isWinner
                    ? attempt with { Outcome = CallAttemptOutcome.Outrun, ErrorClass = ErrorClass.Cancelled }
                    : attempt);
            }
        }
    }

    /// <returns>False where the call no longer wants an attempt.</returns>
    protected bool TryStartAttempt()
    {
        long now = Time.GetTimestamp();
        lock (_lock)
        {
            _running = !_closed;
            _attemptStart = now;
            return _running;
        }
    }

    protected void EndAttempt()
    {
        long now = Time.GetTimestamp();
        CallAttempt ended;
        lock (_lock)
        {
            if (!_running)
            {
                return;
            }

            _running = false;
            _evidence = HealthEvidence.Good;
            HasAnswer = true;
            ended = Append(CallAttemptOutcome.Succeeded, now, error: null, errorClass: null);
        }

        Report(ended);
    }

    protected void EndAttempt(Exception error, CancellationToken cancellationToken)
    {
        // An error after the attempt was told to stop is the consequence of that, whatever the worker makes of it.
        if (cancellationToken.IsCancellationRequested)
        {
            EndAttemptUnanswered(error);
        }
        else
        {
            EndAttempt(CallAttemptOutcome.Failed, error, Settings.Classify(Worker, error, _call.Logger));
        }
    }

    /// <summary>The attempt was told to stop: by the caller, or because its time was up. When an outrun chain gets here, it is closed already.</summary>
    protected void EndAttemptUnanswered(Exception? error)
    {
        if (_call.Caller.IsCancellationRequested)
        {
            EndAttempt(CallAttemptOutcome.Cancelled, error: null, ErrorClass.Cancelled);
        }
        else
        {
            string message = $"Worker {Worker} did not answer within {Settings.AttemptTimeout:c}.";
            EndAttempt(CallAttemptOutcome.TimedOut, new TimeoutException(message, error is OperationCanceledException ? null : error), ErrorClass.Overload);
        }
    }

    /// <summary>Makes the chain as new, without references to the call it served.</summary>
    protected void Reset()
    {
        _call = default;
        Worker = default;
        _budgetHolder = null;
        _first = default;
        _further = null;
        _count = 0;
        _reserved = 0;
        _hedged = false;
        _running = false;
        _closed = false;
        _previousDelay = default;
        _evidence = HealthEvidence.None;
        HasAnswer = false;
    }

    private void EndAttempt(CallAttemptOutcome outcome, Exception? error, ErrorClass errorClass)
    {
        long now = Time.GetTimestamp();
        CallAttempt ended;
        lock (_lock)
        {
            if (!_running)
            {
                return;
            }

            _running = false;
            _evidence = errorClass switch
            {
                ErrorClass.Transient or ErrorClass.Overload => HealthEvidence.Bad,
                ErrorClass.Permanent => HealthEvidence.Good,
                _ => HealthEvidence.None,
            };
            ended = Append(outcome, now, error, errorClass);
        }

        Report(ended);
    }

    private CallAttempt Append(CallAttemptOutcome outcome, long now, Exception? error, ErrorClass? errorClass)
    {
        TimeSpan duration = outcome == CallAttemptOutcome.BreakerOpen ? TimeSpan.Zero : Time.GetElapsedTime(_attemptStart, now);
        var attempt = new CallAttempt(Worker, outcome, duration, error, _hedged)
        {
            StartedAfter = Time.GetElapsedTime(_call.Start, _attemptStart),
            ErrorClass = errorClass,
        };
        if (_count++ == 0)
        {
            _first = attempt;
        }
        else
        {
            (_further ??= []).Add(attempt);
        }

        return attempt;
    }

    private void Report(in CallAttempt attempt)
    {
        _call.Metrics.Attempted(attempt.Outcome, attempt.ErrorClass);
        if (attempt.Outcome != CallAttemptOutcome.Succeeded)
        {
            Log.AttemptFailed(_call.Logger, attempt.Worker, attempt.Outcome, attempt.Duration, attempt.Error);
        }
    }
}
