using Vouch.Resilience.Admission;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Keys;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Throttling;

/// <summary>
/// Client-side throttling: with r requests of which a were accepted, a request is refused with probability max(0, (r - K a) / (r + 1)). Plain errors count as accepted: only overload is a refusal.
/// Source: B. Beyer et al., <i>Site Reliability Engineering</i>, O'Reilly, 2016, chapter 21.
/// </summary>
internal sealed class AdaptiveThrottlingGate : KeyedGate
{
    private readonly KeyedStates<ThrottleState> _states;
    private readonly double _multiplier;
    private readonly int _minimum;
    private readonly double _window;
    private readonly Lock _randomLock = new();
    private SplitMix _random;

    public AdaptiveThrottlingGate(AdaptiveThrottlingStrategyOptions options)
    {
        _multiplier = options.Multiplier;
        _minimum = options.MinimumThroughput;
        _window = options.Window.Ticks;
        _random = new SplitMix(options.Seed is { } seed ? unchecked((uint)seed) : CallSettings.DrawSeed());
        _states = new KeyedStates<ThrottleState>(static () => new ThrottleState(), options.MaxKeys, options.IdleTimeout);
    }

    public override RefusalReason Refusal => RefusalReason.Throttled;

    public override KeyedState? TryEnter(string key, long now)
    {
        while (true)
        {
            ThrottleState state = _states.GetOrAdd(key, now);
            lock (state)
            {
                if (state.IsForgotten)
                {
                    continue;
                }

                state.Fade(now, _window);
                double refusal = (state.Requests - (_multiplier * state.Accepts)) / (state.Requests + 1);
                state.Requests++;
                return refusal > 0 && state.Requests > _minimum && Draw() < refusal ? null : state;
            }
        }
    }

    public override void Exit(KeyedState state, string key, long started, long now, ErrorClass? error)
    {
        var throttle = (ThrottleState)state;
        lock (throttle)
        {
            switch (error)
            {
                case ErrorClass.Overload:
                    break;
                case ErrorClass.Cancelled:
                    throttle.Requests = Math.Max(0, throttle.Requests - 1);
                    break;
                default:
                    throttle.Accepts++;
                    break;
            }
        }
    }

    private double Draw()
    {
        lock (_randomLock)
        {
            return _random.Unit();
        }
    }
}
