namespace Vouch.Caching.Tests.Linearizability;

/// <summary>Whether there is an order of the calls, each at an instant between its begin and its end, in which a plain dictionary with a clock would have given the same results.</summary>
/// <remarks>
/// The search of Wing and Gong (<i>Testing and verifying concurrent objects</i>, JPDC 17, 1993): among the calls that began before any open one ended, each may be the next; those whose
/// result fits are tried, depth first. A time to live runs from some instant within the call that set the entry, not necessarily from the one at which the call took effect.
/// Pairs of calls done and state reached that were tried before are not tried again (Lowe, CCPE 29(4), 2017).
/// </remarks>
internal sealed class LinearizabilityChecker(int keys, int secondsToLive)
{
    private CompletedCall[] _calls = [];
    private HashSet<(ulong Done, string State)> _tried = [];

    public bool IsLinearizable(IEnumerable<CompletedCall> history)
    {
        _calls = [.. history.OrderBy(call => call.Began)];
        if (_calls.Length > 64)
        {
            throw new ArgumentException("A history has at most 64 calls.", nameof(history));
        }

        _tried = [];
        return Search(0, new State(new int?[keys], new int[keys], 0));
    }

    private bool Search(ulong done, State state)
    {
        if (done == (_calls.Length == 64 ? ulong.MaxValue : (1UL << _calls.Length) - 1))
        {
            return true;
        }

        if (!_tried.Add((done, state.Key)))
        {
            return false;
        }

        long firstEnd = long.MaxValue;
        for (int i = 0; i < _calls.Length; i++)
        {
            if ((done & (1UL << i)) == 0)
            {
                firstEnd = Math.Min(firstEnd, _calls[i].Ended);
            }
        }

        for (int i = 0; i < _calls.Length && _calls[i].Began < firstEnd; i++)
        {
            if ((done & (1UL << i)) == 0)
            {
                foreach (State next in After(state, _calls[i], done))
                {
                    if (Search(done | (1UL << i), next))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    // The states in which the call may leave the dictionary, given what it returned; none where it cannot have returned that.
    private IEnumerable<State> After(State state, CompletedCall completed, ulong done)
    {
        CacheCall call = completed.Call;
        int? present = call.Kind is CallKind.Clear or CallKind.Advance ? null : state.Fresh(call.Key);
        switch (call.Kind)
        {
            case CallKind.Get when completed.Result == present:
                yield return state;
                break;
            case CallKind.Set when completed.Result == (present is null ? 0 : 1):
                foreach (int began in Beginnings(state, completed, done))
                {
                    yield return state.With(call.Key, call.Value, began + secondsToLive);
                }

                break;
            case CallKind.Remove when completed.Result == present:
                yield return state.With(call.Key, null, 0);
                break;
            case CallKind.GetOrAdd when present is not null && completed.Result == present:
                yield return state;
                break;
            case CallKind.GetOrAdd when present is null && completed.Result == call.Value:
                foreach (int began in Beginnings(state, completed, done))
                {
                    yield return state.With(call.Key, call.Value, began + secondsToLive);
                }

                // A removal while the factory ran keeps the value out of the cache.
                if (_calls.Any(other => other.Call.Kind is CallKind.Remove or CallKind.Clear && other.Began < completed.Ended && other.Ended > completed.Began))
                {
                    yield return state;
                }

                break;
            case CallKind.Clear:
                yield return new State(new int?[keys], new int[keys], state.Now);
                break;
            case CallKind.Advance:
                yield return state with { Now = state.Now + call.Value };
                break;
        }
    }

    // The times that the clock may have shown to a call since it began: before or after each move of the clock that overlaps it.
    private IEnumerable<int> Beginnings(State state, CompletedCall completed, ulong done)
    {
        var times = new HashSet<int> { state.Now };
        for (int i = 0; i < _calls.Length; i++)
        {
            if ((done & (1UL << i)) != 0 && _calls[i].Call.Kind == CallKind.Advance && _calls[i].Ended > completed.Began)
            {
                times.UnionWith([.. times.Select(time => time - _calls[i].Call.Value)]);
            }
        }

        return times;
    }

    private sealed record State(int?[] Values, int[] Deadlines, int Now)
    {
        public string Key => string.Join(',', Values.Select((_, key) => Fresh(key) is { } value ? $"{value}@{Deadlines[key]}" : "-")) + "/" + Now;

        public int? Fresh(int key) => Deadlines[key] > Now ? Values[key] : null;

        public State With(int key, int? value, int deadline)
        {
            int?[] values = [.. Values];
            int[] deadlines = [.. Deadlines];
            (values[key], deadlines[key]) = (value, deadline);
            return new State(values, deadlines, Now);
        }
    }
}
