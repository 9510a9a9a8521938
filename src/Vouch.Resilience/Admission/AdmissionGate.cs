using Vouch.Resilience.Breakers;
using Vouch.Resilience.Budgets;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Admission;

/// <summary>
/// Decides for all calls of one pipeline which may go to a back end now, which wait, and which are refused. It takes the time as an argument, starts nothing and waits for
/// nothing: a pipeline drives it with a clock and timers, a simulation with its events.
/// </summary>
/// <remarks>Safe to share. One short lock; calls are told what was decided outside of it.</remarks>
internal sealed partial class AdmissionGate
{
    private readonly Lock _lock = new();
    private readonly Destination[] _destinations;
    private readonly RetryBudget _budget;
    private readonly WaitingRoom _room = new();
    private readonly LatencyProfile _profile = new();
    private readonly AdaptiveLimit _limit;
    private CallList _running;
    private GateRule _rule;
    private SplitMix _random;
    private int _counted;
    private long _need;
    private long _least;
    private long _nextDarkProbe;
    private long _wakeAt = long.MaxValue;
    private volatile bool _wantsWake;

    /// <param name="rule">How to decide.</param>
    /// <param name="destinations">How many back ends there are; at least one.</param>
    /// <param name="budget">Pays for retries after overload.</param>
    /// <param name="seed">Of jitter and ties.</param>
    public AdmissionGate(GateRule rule, int destinations, RetryBudget budget, ulong seed)
    {
        _rule = rule;
        _budget = budget;
        _random = new SplitMix(seed);
        _limit = new AdaptiveLimit(rule.Concurrency);
        _destinations = new Destination[destinations];
        for (int i = 0; i < destinations; i++)
        {
            _destinations[i] = new Destination();
        }
    }

    /// <summary>Gets the limit of attempts under way.</summary>
    public double Limit => _limit.Limit;

    /// <summary>Gets how many attempts are under way that count against the limit.</summary>
    public int InFlight => _counted;

    /// <summary>Gets how many calls wait.</summary>
    public int Waiting => _room.Count;

    /// <summary>Gets how much time a call should have left to be sent, in ticks.</summary>
    public long Need => _need;

    public BreakerState StateOf(int destination) => _destinations[destination].Breaker.State;

    /// <summary>Lets a call in, makes it wait, or refuses it.</summary>
    /// <returns>True where it may call its <see cref="GuardedCall.Destination"/> at once; false where it waits (it will be told) or is refused (<see cref="GuardedCall.Refusal"/> says why).</returns>
    public bool TryEnter(GuardedCall call, long now)
    {
        GuardedCall? notices = null;
        bool admitted;
        lock (_lock)
        {
            admitted = TryEnterLocked(call, now, ref notices);
            Plan();
        }

        Tell(notices);
        return admitted;
    }

    /// <summary>Ends an attempt.</summary>
    /// <param name="call">The call.</param>
    /// <param name="now">The time.</param>
    /// <param name="error">The class of its failure; null for a success.</param>
    public void Exit(GuardedCall call, long now, ErrorClass? error)
    {
        GuardedCall? notices = null;
        lock (_lock)
        {
            End(call, now, error);
            if (_room.Count > 0)
            {
                Dispatch(now, self: null, ref notices);
                Plan();
            }
        }

        Tell(notices);
    }

    /// <summary>Decides whether a call whose attempt failed tries again, and pays for it.</summary>
    public NextStep Next(GuardedCall call, long now, ErrorClass error, long retryAfter = 0)
    {
        lock (_lock)
        {
            if (call.Attempts >= _rule.MaxAttempts || error is ErrorClass.Permanent or ErrorClass.Cancelled)
            {
                return default;
            }

            long delay = 0;
            if (!call.IsPaid)
            {
                double ceiling = Math.Min(_rule.RetryMax, _rule.RetryBase * Math.ScaleB(1, Math.Min(call.Attempts - 1, 30)));
                delay = Math.Max(retryAfter, (long)(ceiling * _random.Unit()));
            }

            // No sleep past the deadline, and no attempt that could not end before it: the failure at hand is the better answer.
            if (call.Deadline - now - delay < Math.Max(_least, 1) || (!call.IsPaid && !_budget.TryWithdraw(error)))
            {
                return default;
            }

            return new NextStep(true, delay);
        }
    }

    /// <summary>Takes back a call that waits.</summary>
    /// <returns>False where it does not wait any more: it was or is being told what was decided.</returns>
    public bool TryWithdraw(GuardedCall call)
    {
        lock (_lock)
        {
            if (call.Where != GuardedCall.Place.Waiting)
            {
                return false;
            }

            _room.Remove(call);
            call.Where = GuardedCall.Place.Nowhere;
            return true;
        }
    }

    /// <summary>Does what the time demands: stops attempts that took too long, refuses calls that waited too long, sends probes.</summary>
    public void Wake(long now)
    {
        GuardedCall? notices = null;
        List<(GuardedCall Call, object? Attempt)>? stopped = null;
        lock (_lock)
        {
            _wakeAt = long.MaxValue;
            WakeRunning(now, ref stopped);
            WakeWaiting(now, ref notices);
            Plan();
        }

        Tell(notices);
        foreach ((GuardedCall call, object? attempt) in stopped ?? [])
        {
            call.OnStopped(attempt);
        }
    }

    /// <summary>Gets whether <see cref="TryTakeWake"/> has something to tell.</summary>
    public bool WantsWake => _wantsWake;

    /// <summary>Tells whether <see cref="Wake"/> has to be called earlier than was last said.</summary>
    /// <param name="time">When.</param>
    public bool TryTakeWake(out long time)
    {
        time = long.MaxValue;
        if (!_wantsWake)
        {
            return false;
        }

        lock (_lock)
        {
            time = _wakeAt;
            bool wanted = _wantsWake;
            _wantsWake = false;
            return wanted;
        }
    }

    /// <summary>Takes other rules into force. What was learnt stays.</summary>
    public void Change(GateRule rule)
    {
        lock (_lock)
        {
            _rule = rule;
            _limit.Change(rule.Concurrency);
        }
    }

    /// <summary>Tells calls what was decided. A call is in one such chain at a time, since it does nothing before it is told.</summary>
    private static void Tell(GuardedCall? notices)
    {
        while (notices is not null)
        {
            GuardedCall call = notices;
            notices = call.NextNotice;
            call.NextNotice = null;
            if (call.Refusal == RefusalReason.None)
            {
                call.OnAdmitted();
            }
            else
            {
                call.OnRefused();
            }
        }
    }

    private static void Add(ref GuardedCall? notices, GuardedCall call)
    {
        call.NextNotice = notices;
        notices = call;
    }
}
