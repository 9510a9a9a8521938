namespace Vouch.Core.Validation;

/// <summary>A current state that only moves as its table allows. Moves are atomic: of several threads that try to leave one state, one succeeds.</summary>
/// <typeparam name="TState">The states.</typeparam>
/// <remarks>Safe to share. Moves and questions take O(1), take no lock and allocate nothing unless they throw.</remarks>
public sealed class StateMachine<TState>
    where TState : struct, Enum
{
    private readonly StateTransitions<TState> _transitions;
    private int _current;

    /// <summary>Initializes a machine.</summary>
    /// <param name="transitions">The allowed moves.</param>
    /// <param name="initial">The state to begin in.</param>
    /// <exception cref="ArgumentNullException"><paramref name="transitions"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initial"/> is not defined.</exception>
    public StateMachine(StateTransitions<TState> transitions, TState initial)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        _transitions = transitions;
        _current = transitions.IndexOf(initial);
    }

    /// <summary>Gets the current state. Other threads may have moved on by the time it is looked at.</summary>
    public TState Current => _transitions.StateAt(Volatile.Read(ref _current));

    /// <summary>Gets whether no move leaves the current state.</summary>
    public bool IsFinal => _transitions.IsFinal(Current);

    /// <summary>Moves from the current state, whichever it is.</summary>
    /// <param name="to">The state to reach.</param>
    /// <returns>The state that was left.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not defined.</exception>
    /// <exception cref="InvalidOperationException">The current state does not allow the move; the message names the moves it does.</exception>
    public TState Move(TState to) => TryMove(to, out TState from) ? from : throw _transitions.Refused(from, to);

    /// <summary>Moves from the current state, whichever it is, where that is allowed.</summary>
    /// <param name="to">The state to reach.</param>
    /// <returns>Whether it moved.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not defined.</exception>
    public bool TryMove(TState to) => TryMove(to, out _);

    /// <summary>Moves from the current state, whichever it is, where that is allowed.</summary>
    /// <param name="to">The state to reach.</param>
    /// <param name="from">The state that was left, or that does not allow the move.</param>
    /// <returns>Whether it moved.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not defined.</exception>
    public bool TryMove(TState to, out TState from)
    {
        int target = _transitions.IndexOf(to);
        int seen = Volatile.Read(ref _current);
        while (_transitions.AllowsIndex(seen, target))
        {
            // Another thread may move between the look and the exchange; then its state decides anew.
            int found = Interlocked.CompareExchange(ref _current, target, seen);
            if (found == seen)
            {
                from = _transitions.StateAt(seen);
                return true;
            }

            seen = found;
        }

        from = _transitions.StateAt(seen);
        return false;
    }

    /// <summary>Moves from one state to another, only where the machine stands in the first: of several threads that try, one succeeds.</summary>
    /// <param name="from">The state to leave.</param>
    /// <param name="to">The state to reach.</param>
    /// <returns>Whether it moved; false where the machine stood elsewhere.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A state is not defined.</exception>
    /// <exception cref="InvalidOperationException">The table never allows this move.</exception>
    public bool TryMove(TState from, TState to)
    {
        _transitions.Require(from, to);
        int source = _transitions.IndexOf(from);
        return Interlocked.CompareExchange(ref _current, _transitions.IndexOf(to), source) == source;
    }

    /// <summary>Returns the name of the current state.</summary>
    public override string ToString() => Current.ToString();
}
