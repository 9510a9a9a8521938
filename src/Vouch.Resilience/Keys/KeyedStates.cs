using System.Collections.Concurrent;

namespace Vouch.Resilience.Keys;

/// <summary>States by key, bounded in number and in idle time.</summary>
/// <remarks>
/// Safe to share; finding a state takes no lock. Forgetting is done in small steps by those who come by, never in one sweep: a step looks at some five-hundredth of the keys every thousandth of
/// the idle time, and at a few more for every new key.
/// </remarks>
internal sealed class KeyedStates<TState>(Func<TState> create, int maxKeys, TimeSpan idleTimeout)
    where TState : KeyedState
{
    private const int Steps = 1024;
    private const int StepsPerNewKey = 8;
    private const int MaxSteps = 4096;

    private readonly ConcurrentDictionary<string, TState> _states = new(StringComparer.Ordinal);
    private readonly int _idleSeconds = (int)Math.Clamp(idleTimeout.TotalSeconds, 1, int.MaxValue);
    private readonly long _stepTicks = Math.Max(1, idleTimeout.Ticks / Steps);
    private IEnumerator<KeyValuePair<string, TState>>? _hand;
    private long _nextStep;
    private int _count;
    private int _stepping;

    public int Count => Volatile.Read(ref _count);

    public TState? Find(string key) => _states.GetValueOrDefault(key);

    /// <summary>Finds or makes the state of a key. It may be forgotten before the caller locks it; then the caller asks again.</summary>
    public TState GetOrAdd(string key, long now)
    {
        int second = (int)(now / TimeSpan.TicksPerSecond);
        if (_states.TryGetValue(key, out TState? state))
        {
            // A caller whose time is older than another's must not make the key look idle.
            if (state.LastUsed < second)
            {
                state.LastUsed = second;
            }

            long next = Volatile.Read(ref _nextStep);
            if (now >= next)
            {
                // In proportion to the time since the last step, so that keys are seen about twice in the idle time, however seldom anyone comes by.
                double passed = Math.Min(1, (double)(now - next + _stepTicks) / (_stepTicks * Steps));
                Volatile.Write(ref _nextStep, now + _stepTicks);
                Step(state, second, Math.Min(MaxSteps, (int)(2 * passed * Count) + 1));
            }

            return state;
        }

        TState made = create();
        made.LastUsed = second;
        state = _states.GetOrAdd(key, made);
        if (ReferenceEquals(state, made))
        {
            Interlocked.Increment(ref _count);
            Step(state, second, StepsPerNewKey);
        }

        return state;
    }

    /// <summary>Looks at some keys and forgets those that are idle; beyond the most keys, the idlest of those looked at. Never the caller's own: with an old time it would find it gone for ever.</summary>
    private void Step(TState own, int second, int steps)
    {
        if (Interlocked.Exchange(ref _stepping, 1) != 0)
        {
            return;
        }

        try
        {
            bool isOver = Count > maxKeys;
            KeyValuePair<string, TState> idlest = default;
            for (int i = 0; i < steps; i++)
            {
                _hand ??= _states.GetEnumerator();
                if (!_hand.MoveNext())
                {
                    _hand.Dispose();
                    _hand = null;
                    continue;
                }

                KeyValuePair<string, TState> entry = _hand.Current;
                if (ReferenceEquals(entry.Value, own))
                {
                    continue;
                }

                if (second - entry.Value.LastUsed >= _idleSeconds)
                {
                    TryForget(entry);
                }
                else if (isOver && entry.Value.IsIdle && (idlest.Value is null || entry.Value.LastUsed < idlest.Value.LastUsed))
                {
                    idlest = entry;
                }
            }

            if (idlest.Value is not null && Count > maxKeys)
            {
                TryForget(idlest);
            }
        }
        finally
        {
            Volatile.Write(ref _stepping, 0);
        }
    }

    private void TryForget(KeyValuePair<string, TState> entry)
    {
        lock (entry.Value)
        {
            // Under the lock nobody can begin a call on it; after it, whoever comes sees that it is forgotten.
            if (!entry.Value.IsIdle || entry.Value.IsForgotten || !_states.TryRemove(entry))
            {
                return;
            }

            entry.Value.IsForgotten = true;
        }

        Interlocked.Decrement(ref _count);
    }
}
