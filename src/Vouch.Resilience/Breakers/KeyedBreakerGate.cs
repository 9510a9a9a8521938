using Vouch.Resilience.Admission;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Keys;
using Vouch.Resilience.Sharing;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Breakers;

/// <summary>A <see cref="BreakerCore"/> per key.</summary>
internal sealed class KeyedBreakerGate : KeyedGate
{
    private const double NoSlowCalls = 2;

    private readonly KeyedStates<BreakerCore> _breakers;
    private readonly BreakerRule _rule;
    private readonly BreakerQuorum? _quorum;
    private readonly Lock _randomLock = new();
    private SplitMix _random;

    public KeyedBreakerGate(KeyedBreakerStrategyOptions options)
    {
        _rule = new BreakerRule(
            options.FailureRatio,
            options.MinimumThroughput,
            options.SamplingDuration.Ticks,
            options.BreakDuration.Ticks,
            options.MaxBreakDuration.Ticks,
            options.Probes,
            options.SlowCallDuration is null ? NoSlowCalls : options.SlowCallRatio,
            options.SlowCallDuration?.Ticks ?? long.MaxValue);
        _quorum = options.Quorum;
        _random = new SplitMix(options.Seed is { } seed ? unchecked((uint)seed) : CallSettings.DrawSeed());
        _breakers = new KeyedStates<BreakerCore>(static () => new BreakerCore(), options.MaxKeys, options.IdleTimeout);
    }

    public override RefusalReason Refusal => RefusalReason.BreakerOpen;

    public KeyedStates<BreakerCore> Breakers => _breakers;

    public override KeyedState? TryEnter(string key, long now)
    {
        while (true)
        {
            BreakerCore breaker = _breakers.GetOrAdd(key, now);
            lock (breaker)
            {
                if (breaker.IsForgotten)
                {
                    continue;
                }

                if (_quorum is not null && breaker.State == BreakerState.Closed && now >= breaker.TrustsItselfUntil && _quorum.IsOpen(key))
                {
                    // Most nodes found it broken: this one need not find out by itself, and probes as if it had.
                    SplitMix random = Fork();
                    breaker.Open(_rule, now, ref random);
                }

                if (breaker.IsReady)
                {
                    breaker.Start();
                    return breaker;
                }

                if (breaker.IsProbeDue(now, isHurried: false))
                {
                    SplitMix random = Fork();
                    breaker.StartProbe(_rule, now, ref random);
                    return breaker;
                }

                return null;
            }
        }
    }

    public override void Exit(KeyedState state, string key, long started, long now, ErrorClass? error)
    {
        var breaker = (BreakerCore)state;
        bool? vote = null;
        lock (breaker)
        {
            breaker.End();
            if (error is null or ErrorClass.Permanent)
            {
                if (breaker.OnGood(_rule, now, now - started))
                {
                    breaker.TrustsItselfUntil = now + _rule.MaxBreak;
                    vote = false;
                }
                else if (now - started >= _rule.SlowAfter)
                {
                    SplitMix random = Fork();
                    vote = breaker.Judge(_rule, now, ref random) ? true : null;
                }
            }
            else if (error is not ErrorClass.Cancelled)
            {
                // A failed probe casts the vote anew: it would run out otherwise while the key is still broken.
                bool wasProbed = breaker.State == BreakerState.HalfOpen;
                SplitMix random = Fork();
                vote = breaker.OnBad(_rule, now, isSilent: false, isAlone: true, ref random) || wasProbed ? true : null;
            }
        }

        if (vote is { } isOpen)
        {
            _quorum?.Vote(key, isOpen);
        }
    }

    private SplitMix Fork()
    {
        lock (_randomLock)
        {
            return new SplitMix(_random.Next());
        }
    }
}
