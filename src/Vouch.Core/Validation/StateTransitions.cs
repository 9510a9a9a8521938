using System.Runtime.CompilerServices;

namespace Vouch.Core.Validation;

/// <summary>The table of the moves that a life cycle allows, such as <c>Pending -> Running -> Done</c>.</summary>
/// <typeparam name="TState">The states: an enum without flags, of at most 64 defined values.</typeparam>
/// <remarks>Immutable and safe to share; make one per life cycle, in a static field. A state that no move leaves is final. Questions take O(1) and allocate nothing.</remarks>
public sealed class StateTransitions<TState>
    where TState : struct, Enum
{
    private const int MaxStates = 64;

    private readonly TState[] _states;
    private readonly ulong[] _allowed;      // one bit per state that one move reaches

    /// <summary>Initializes a table.</summary>
    /// <param name="moves">Every allowed move. A move from a state to itself is allowed only where it stands here.</param>
    /// <exception cref="ArgumentException">No move is given, a state is not defined, or the enum has more than 64 distinct values.</exception>
    public StateTransitions(params ReadOnlySpan<(TState From, TState To)> moves)
    {
        if (moves.IsEmpty)
        {
            throw new ArgumentException("A life cycle has at least one move.", nameof(moves));
        }

        _states = [.. Enum.GetValues<TState>().Distinct()];
        if (_states.Length > MaxStates)
        {
            throw new ArgumentException($"A life cycle has at most {MaxStates} states; {typeof(TState).Name} defines {_states.Length}.", nameof(moves));
        }

        States = Array.AsReadOnly(_states);
        _allowed = new ulong[_states.Length];
        foreach ((TState from, TState to) in moves)
        {
            _allowed[IndexOf(from)] |= 1UL << IndexOf(to);
        }
    }

    /// <summary>Gets the states, in the order of their values.</summary>
    public IReadOnlyList<TState> States { get; }

    /// <summary>Tells whether a move is allowed.</summary>
    /// <param name="from">The state to leave.</param>
    /// <param name="to">The state to reach.</param>
    /// <exception cref="ArgumentOutOfRangeException">A state is not defined.</exception>
    public bool Allows(TState from, TState to) => ((_allowed[IndexOf(from)] >> IndexOf(to)) & 1) != 0;

    /// <summary>Tells whether no move leaves a state.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="ArgumentOutOfRangeException">The state is not defined.</exception>
    public bool IsFinal(TState state) => _allowed[IndexOf(state)] == 0;

    /// <summary>Lists the states that one move reaches.</summary>
    /// <param name="from">The state to leave.</param>
    /// <returns>The states in the order of their values; empty where the state is final.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state is not defined.</exception>
    public IReadOnlyList<TState> Next(TState from)
    {
        ulong allowed = _allowed[IndexOf(from)];
        return [.. _states.Where((_, index) => ((allowed >> index) & 1) != 0)];
    }

    /// <summary>Requires a move to be allowed.</summary>
    /// <param name="from">The state to leave.</param>
    /// <param name="to">The state to reach.</param>
    /// <exception cref="ArgumentOutOfRangeException">A state is not defined.</exception>
    /// <exception cref="InvalidOperationException">The move is not allowed; the message names the moves that are.</exception>
    public void Require(TState from, TState to)
    {
        if (!Allows(from, to))
        {
            throw Refused(from, to);
        }
    }

    internal TState StateAt(int index) => _states[index];

    internal bool AllowsIndex(int from, int to) => ((_allowed[from] >> to) & 1) != 0;

    internal int IndexOf(TState state)
    {
        // Values 0, 1, 2, ... are their own index; anything else is looked for.
        int index = Unsafe.SizeOf<TState>() switch
        {
            sizeof(int) => Unsafe.As<TState, int>(ref state),
            sizeof(byte) => Unsafe.As<TState, byte>(ref state),
            _ => -1,
        };
        if ((uint)index < (uint)_states.Length && EqualityComparer<TState>.Default.Equals(_states[index], state))
        {
            return index;
        }

        index = Array.IndexOf(_states, state);
        return index >= 0 ? index : throw new ArgumentOutOfRangeException(nameof(state), state, $"Not a defined {typeof(TState).Name}.");
    }

    internal InvalidOperationException Refused(TState from, TState to)
    {
        IReadOnlyList<TState> next = Next(from);
        string allowed = next.Count == 0 ? $"{from} is final" : $"from {from} it goes to {string.Join(" or ", next)}";
        return new InvalidOperationException($"{typeof(TState).Name} cannot go from {from} to {to}: {allowed}.");
    }
}
