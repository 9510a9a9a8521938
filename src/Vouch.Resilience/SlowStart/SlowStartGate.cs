using Vouch.Resilience.Admission;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.SlowStart;

/// <summary>A limit of calls under way per key that rises exponentially, as TCP's does (RFC 5681, section 3.1), but by time: from the initial to the full one over the window, then none.</summary>
internal sealed class SlowStartGate(SlowStartStrategyOptions options) : KeyedGate
{
    private readonly KeyedStates<Rise> _rises = new(static () => new Rise(), options.MaxKeys, options.IdleTimeout);
    private readonly long _window = options.Window.Ticks;
    private readonly double _initial = options.InitialConcurrency;
    private readonly double _growth = Math.Log((double)options.FullConcurrency / options.InitialConcurrency);
    private readonly int _failures = options.FailuresInARow;

    public override RefusalReason Refusal => RefusalReason.LimitReached;

    public override KeyedState? TryEnter(string key, long now)
    {
        while (true)
        {
            Rise rise = _rises.GetOrAdd(key, now);
            lock (rise)
            {
                if (!rise.IsForgotten)
                {
                    if (!rise.IsOver && rise.InFlight >= Limit(rise, now))
                    {
                        return null;
                    }

                    rise.InFlight++;
                    return rise;
                }
            }
        }
    }

    public override void Exit(KeyedState state, string key, long started, long now, ErrorClass? error)
    {
        var rise = (Rise)state;
        lock (rise)
        {
            rise.InFlight--;
            switch (error)
            {
                case null or ErrorClass.Permanent:
                    // A refusal for good is an answer too. One to a call from before the collapse says nothing about now.
                    rise.Failures = 0;
                    if (rise.Began == Rise.NotYet && started >= rise.Collapsed)
                    {
                        rise.Began = now;
                    }

                    break;
                case ErrorClass.Transient or ErrorClass.Overload when ++rise.Failures == _failures:
                    rise.Began = Rise.NotYet;
                    rise.Collapsed = now;
                    rise.IsOver = false;
                    break;
                default:
                    break;
            }
        }
    }

    private double Limit(Rise rise, long now)
    {
        if (rise.Began == Rise.NotYet)
        {
            return _initial;
        }

        long elapsed = now - rise.Began;
        rise.IsOver = elapsed >= _window;
        return rise.IsOver ? double.PositiveInfinity : Math.Floor((_initial * Math.Exp(_growth * Math.Max(0, elapsed) / _window)) + 1e-9);
    }

    internal sealed class Rise : KeyedState
    {
        public const long NotYet = -1;

        public long Began = NotYet;
        public long Collapsed = long.MinValue;
        public int InFlight;
        public int Failures;
        public bool IsOver;

        public override bool IsIdle => InFlight == 0;
    }
}
