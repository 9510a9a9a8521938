using Vouch.Resilience.Keys;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Breakers;

/// <summary>
/// One key's breaker: counts over a sliding window of two halves, opens, sends probes, and after they have come back lets the load rise from one attempt at a time, doubling with every
/// round of answers, instead of all at once.
/// </summary>
/// <remarks>Not safe to share: the owner's lock guards it. About 100 bytes.</remarks>
internal sealed class BreakerCore : KeyedState
{
    private const int FullRamp = 256;
    private const int SilentFailures = 3;

    private Counts _current;
    private Counts _previous;
    private long _halfStart;
    private long _nextProbe;
    private long _soonestProbe;
    private int _ramp = FullRamp;
    private int _probesAnswered;
    private int _failuresInARow;
    private int _silentInARow;
    private byte _failedBreaks;

    /// <summary>Until when its own probes say more than what other nodes found.</summary>
    public long TrustsItselfUntil;

    public BreakerState State { get; private set; }

    /// <summary>Gets how many attempts are under way.</summary>
    public int InFlight { get; private set; }

    public override bool IsIdle => InFlight == 0 && State == BreakerState.Closed;

    /// <summary>Tells whether an ordinary attempt may start.</summary>
    public bool IsReady => State == BreakerState.Closed && InFlight < _ramp;

    /// <summary>Tells whether a probe may start.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isHurried">Nothing else is left to ask, so breaks that grew because the key kept failing count as short ones.</param>
    public bool IsProbeDue(long now, bool isHurried) => State is BreakerState.Open or BreakerState.HalfOpen && now >= (isHurried ? _soonestProbe : _nextProbe);

    /// <summary>Gets when a probe may start.</summary>
    public long ProbeTime(bool isHurried) => State is BreakerState.Open or BreakerState.HalfOpen ? (isHurried ? _soonestProbe : _nextProbe) : long.MaxValue;

    public void Start() => InFlight++;

    public void StartProbe(BreakerRule rule, long now, ref SplitMix random)
    {
        InFlight++;
        if (State == BreakerState.Open)
        {
            State = BreakerState.HalfOpen;
            _probesAnswered = 0;
        }

        // A probe that hangs does not keep the next one from being sent: several are under way where the key is silent.
        PlanProbe(rule, now, ref random);
    }

    /// <summary>Ends an attempt that was started under this breaker.</summary>
    public void End() => InFlight--;

    /// <summary>Notes an answer.</summary>
    /// <returns>Whether the breaker closed.</returns>
    public bool OnGood(BreakerRule rule, long now, long latency)
    {
        if (State == BreakerState.Isolated)
        {
            return false;
        }

        if (State != BreakerState.Closed)
        {
            if (++_probesAnswered < rule.Probes)
            {
                _nextProbe = _soonestProbe = now;
                return false;
            }

            Close();
            _ramp = Math.Max(2, rule.Probes);
            return true;
        }

        if (_ramp < FullRamp)
        {
            _ramp++;
        }

        _failuresInARow = _silentInARow = 0;
        Roll(rule, now);
        _current.Good++;
        if (latency >= rule.SlowAfter)
        {
            _current.Slow++;
        }

        return false;
    }

    /// <summary>Notes a failure.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="now">The time.</param>
    /// <param name="isSilent">Whether nothing at all came back since the attempt began: a few of those in a row say that the key is dead.</param>
    /// <param name="isAlone">Whether others serve meanwhile, so that its breaks may grow with every failed probe.</param>
    /// <param name="random">Draws the jitter.</param>
    /// <returns>Whether the breaker opened.</returns>
    public bool OnBad(BreakerRule rule, long now, bool isSilent, bool isAlone, ref SplitMix random)
    {
        if (State is BreakerState.Open or BreakerState.Isolated)
        {
            return false;
        }

        if (State == BreakerState.HalfOpen)
        {
            // Where everything is down, waiting longer and longer would only make the recovery late; a few probes cost nobody anything.
            _failedBreaks = (byte)(isAlone ? Math.Min(_failedBreaks + 1, 30) : 0);
            _probesAnswered = 0;
            return false;
        }

        Roll(rule, now);
        _current.Bad++;
        _failuresInARow++;
        _silentInARow = isSilent ? _silentInARow + 1 : 0;
        return Judge(rule, now, ref random);
    }

    /// <summary>Opens the breaker where the window says so; slow answers count once the window holds enough of them.</summary>
    public bool Judge(BreakerRule rule, long now, ref SplitMix random)
    {
        if (State != BreakerState.Closed)
        {
            return false;
        }

        int bad = _current.Bad + _previous.Bad;
        int good = _current.Good + _previous.Good;
        int total = bad + good;

        // While the load is only coming back, as many failures as there were probes are enough to break again.
        int enough = _ramp < FullRamp ? Math.Min(rule.MinimumThroughput, Math.Max(2, rule.Probes) + 1) : rule.MinimumThroughput;
        bool opens = _failuresInARow >= enough || _silentInARow >= SilentFailures || (total >= enough
            && (bad >= rule.FailureRatio * total || (rule.SlowRatio <= 1 && _current.Slow + _previous.Slow + bad >= rule.SlowRatio * total)));
        if (opens)
        {
            Open(rule, now, ref random);
        }

        return opens;
    }

    /// <summary>Refuses calls until a time that the back end named (Retry-After).</summary>
    public void Open(BreakerRule rule, long now, ref SplitMix random)
    {
        State = BreakerState.Open;
        _failedBreaks = 0;
        PlanProbe(rule, now, ref random);
        Forget();
    }

    public void Isolate() => State = BreakerState.Isolated;

    public void Close()
    {
        State = BreakerState.Closed;
        Forget();
        _failedBreaks = 0;
        _ramp = FullRamp;
    }

    private void Forget()
    {
        _current = _previous = default;
        _failuresInARow = _silentInARow = 0;
    }

    private void PlanProbe(BreakerRule rule, long now, ref SplitMix random)
    {
        double jitter = 0.5 + random.Unit();
        _soonestProbe = now + (long)(rule.Break * jitter);
        _nextProbe = now + (long)(BreakOf(rule) * jitter);
    }

    private long BreakOf(BreakerRule rule) => Math.Min(rule.MaxBreak, rule.Break << Math.Min((int)_failedBreaks, 20));

    private void Roll(BreakerRule rule, long now)
    {
        long half = rule.Window / 2;
        if (now - _halfStart >= half)
        {
            _previous = now - _halfStart < rule.Window ? _current : default;
            _current = default;
            _halfStart = now;
        }
    }

    private struct Counts
    {
        public int Good;
        public int Bad;
        public int Slow;
    }
}
