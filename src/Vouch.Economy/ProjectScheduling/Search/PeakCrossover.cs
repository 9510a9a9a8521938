namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>Makes a child's list from two parents: inside the busiest stretch of the first parent its order holds, before and behind it that of the second.</summary>
/// <remarks>
/// Two-point crossover of activity lists (S. Hartmann, <i>Naval Research Logistics</i> 45, 1998), with the points where the first parent uses its resources best (V. Valls,
/// F. Ballestin and S. Quintanilla, <i>European Journal of Operational Research</i> 185, 2008; D. Debels and M. Vanhoucke, ICCSA 2005). Not safe to share.
/// </remarks>
internal sealed class PeakCrossover
{
    /// <summary>The stretch is a quarter to three quarters of the schedule, drawn evenly.</summary>
    private const double Shortest = 0.25;

    private const double Longest = 0.75;

    private readonly ProjectModel _model;
    private readonly long[] _share;
    private readonly long[] _use;
    private readonly bool[] _taken;

    public PeakCrossover(ProjectModel model)
    {
        _model = model;
        _share = new long[model.Count];
        _use = new long[model.Horizon + 2];
        _taken = new bool[model.Count];
        for (int i = 0; i < model.Count; i++)
        {
            for (int k = 0; k < model.ResourceCount; k++)
            {
                _share[i] += model.Capacity[k] > 0 ? (long)model.Demands[k][i] * 65_536 / model.Capacity[k] : 0;
            }
        }
    }

    public void Cross(Candidate first, Candidate second, SearchRandom random, Span<ushort> child)
    {
        (int from, int to) = Busiest(first, random);
        Array.Clear(_taken);
        int at = 0;
        foreach (ushort activity in second.Turned.AsSpan(0, from))
        {
            child[at++] = activity;
            _taken[activity] = true;
        }

        foreach (ushort activity in first.Turned)
        {
            if (at >= to)
            {
                break;
            }

            if (!_taken[activity])
            {
                child[at++] = activity;
                _taken[activity] = true;
            }
        }

        foreach (ushort activity in second.Turned)
        {
            if (!_taken[activity])
            {
                child[at++] = activity;
            }
        }
    }

    /// <summary>The positions of the parent's list that start inside the stretch of its turned schedule that uses most.</summary>
    private (int From, int To) Busiest(Candidate parent, SearchRandom random)
    {
        int makespan = parent.Makespan;
        int length = Math.Max(1, (int)(makespan * (Shortest + ((Longest - Shortest) * random.NextDouble()))));
        if (length >= makespan)
        {
            return (0, parent.Turned.Length);
        }

        Span<long> use = _use.AsSpan(0, makespan + 1);
        use.Clear();
        for (int i = 0; i < _share.Length; i++)
        {
            int end = makespan - parent.Finish[i] + _model.Duration[i];
            use[end - _model.Duration[i]] += _share[i];
            use[end] -= _share[i];
        }

        for (int slot = 1; slot < makespan; slot++)
        {
            use[slot] += use[slot - 1];
        }

        long sum = 0;
        foreach (long amount in use[..length])
        {
            sum += amount;
        }

        long most = sum;
        int begin = 0;
        for (int slot = 1; slot + length <= makespan; slot++)
        {
            sum += use[slot + length - 1] - use[slot - 1];
            if (sum > most)
            {
                (most, begin) = (sum, slot);
            }
        }

        int from = 0;
        while (from < parent.Turned.Length && makespan - parent.Finish[parent.Turned[from]] < begin)
        {
            from++;
        }

        int to = from;
        while (to < parent.Turned.Length && makespan - parent.Finish[parent.Turned[to]] < begin + length)
        {
            to++;
        }

        return (from, to);
    }
}
