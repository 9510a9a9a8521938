using Vouch.Resilience.Admission;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Concurrency;

/// <summary>An <see cref="AdaptiveLimit"/> per key.</summary>
internal sealed class AdaptiveConcurrencyGate : KeyedGate
{
    private readonly KeyedStates<AdaptiveLimit> _limits;

    public AdaptiveConcurrencyGate(AdaptiveConcurrencyStrategyOptions options)
    {
        var rule = new ConcurrencyRule(options.InitialLimit, options.MinLimit, options.MaxLimit, options.LatencyTolerance);
        _limits = new KeyedStates<AdaptiveLimit>(() => new AdaptiveLimit(rule), options.MaxKeys, options.IdleTimeout);
    }

    public override RefusalReason Refusal => RefusalReason.LimitReached;

    public KeyedStates<AdaptiveLimit> Limits => _limits;

    public override KeyedState? TryEnter(string key, long now)
    {
        while (true)
        {
            AdaptiveLimit limit = _limits.GetOrAdd(key, now);
            lock (limit)
            {
                if (!limit.IsForgotten)
                {
                    if (!limit.Allows(limit.InFlight))
                    {
                        return null;
                    }

                    limit.InFlight++;
                    return limit;
                }
            }
        }
    }

    public override void Exit(KeyedState state, string key, long started, long now, ErrorClass? error)
    {
        var limit = (AdaptiveLimit)state;
        lock (limit)
        {
            int flight = limit.InFlight--;
            switch (error)
            {
                case null:
                    limit.LastAnswer = now;
                    limit.OnAnswer(now, now - started, flight);
                    break;
                case ErrorClass.Overload when limit.LastAnswer >= started || limit.LastAnswer == 0:
                    limit.OnLate(now, flight);
                    break;
                case ErrorClass.Overload:
                    // Nothing came back since it began: that is a dead back end, not a slow one, and a smaller limit would not help it.
                    break;
                case ErrorClass.Transient or ErrorClass.Permanent:
                    // It lives, but how fast it fails says nothing about how fast it works.
                    limit.LastAnswer = now;
                    break;
                default:
                    break;
            }
        }
    }
}
