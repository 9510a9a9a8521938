namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>Moves a few activities of a list to other places and pulls predecessors in front of their successors again. Not safe to share.</summary>
internal sealed class ListMutation(ProjectModel model)
{
    /// <summary>How far an activity moves at most.</summary>
    private const int Reach = 10;

    private readonly bool[] _placed = new bool[model.Count];
    private readonly int[] _stack = new int[model.Count];
    private readonly ushort[] _copy = new ushort[model.Count];

    /// <summary>Moves activities.</summary>
    /// <param name="arcs">Precedence in the direction of the list.</param>
    /// <param name="expected">The expected number of moves.</param>
    /// <param name="random">The generator.</param>
    /// <param name="list">The list.</param>
    public void Apply(PrecedenceArcs arcs, double expected, SearchRandom random, Span<ushort> list)
    {
        int moves = (int)expected;
        moves += random.NextDouble() < expected - moves ? 1 : 0;
        if (moves == 0 || list.Length < 2)
        {
            return;
        }

        for (int i = 0; i < moves; i++)
        {
            int from = random.Next(list.Length);
            int to = Math.Clamp(from + random.Next((2 * Reach) + 1) - Reach, 0, list.Length - 1);
            ushort moved = list[from];
            if (to > from)
            {
                list.Slice(from + 1, to - from).CopyTo(list[from..]);
            }
            else
            {
                list[to..from].CopyTo(list[(to + 1)..]);
            }

            list[to] = moved;
        }

        Repair(arcs, list);
    }

    private void Repair(PrecedenceArcs arcs, Span<ushort> list)
    {
        Array.Clear(_placed);
        list.CopyTo(_copy);
        int at = 0;
        foreach (ushort activity in _copy)
        {
            int depth = 0;
            if (!_placed[activity])
            {
                _stack[depth++] = activity;
            }

            while (depth > 0)
            {
                int top = _stack[depth - 1];
                int missing = -1;
                foreach (int before in arcs.Of(top))
                {
                    if (!_placed[before])
                    {
                        missing = before;
                        break;
                    }
                }

                if (missing >= 0)
                {
                    _stack[depth++] = missing;
                }
                else
                {
                    depth--;
                    _placed[top] = true;
                    list[at++] = (ushort)top;
                }
            }
        }
    }
}
