namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>Makes lists of activities, each after its predecessors, from priorities.</summary>
/// <remarks>
/// Drawing with noise added to the priorities (Gumbel noise of one scale) is biased sampling with probabilities exponential in the priority, the family of A. Drexl's
/// regret-based sampling, <i>Management Science</i> 37, 1991. Not safe to share.
/// </remarks>
internal sealed class ListSampler(ProjectModel model)
{
    private readonly double[] _keys = new double[model.Count];
    private readonly int[] _waiting = new int[model.Count];
    private readonly int[] _free = new int[model.ResourceCount];
    private readonly List<int> _ready = [];
    private readonly PriorityQueue<int, (int End, int Activity)> _running = new();

    /// <summary>Draws a list by latest finish time in a direction.</summary>
    /// <param name="forward">Whether the list runs from the start of the project.</param>
    /// <param name="parallel">Whether activities start by the parallel generation scheme rather than one after another.</param>
    /// <param name="noise">The scale of the noise, in slots; 0 for the rule itself.</param>
    /// <param name="random">The generator.</param>
    /// <param name="list">Receives the list.</param>
    public void Draw(bool forward, bool parallel, double noise, SearchRandom random, Span<ushort> list)
    {
        int[] tails = forward ? model.Tail : model.Head;
        for (int i = 0; i < _keys.Length; i++)
        {
            _keys[i] = -tails[i] + (noise > 0 ? noise * Math.Log(-Math.Log(Math.Max(1e-12, random.NextDouble()))) : 0);
        }

        Make(forward, parallel, list);
    }

    /// <summary>Makes a list from the start of the project on, the smallest key first.</summary>
    public void FromKeys(ReadOnlySpan<double> keys, bool parallel, Span<ushort> list)
    {
        keys.CopyTo(_keys);
        Make(forward: true, parallel, list);
    }

    private void Make(bool forward, bool parallel, Span<ushort> list)
    {
        PrecedenceArcs before = forward ? model.Forward : model.Reverse;
        PrecedenceArcs after = forward ? model.Reverse : model.Forward;
        _ready.Clear();
        for (int i = 0; i < _waiting.Length; i++)
        {
            _waiting[i] = before.Of(i).Length;
            if (_waiting[i] == 0)
            {
                Enter(i);
            }
        }

        if (parallel)
        {
            Parallel(after, list);
        }
        else
        {
            for (int at = 0; at < list.Length; at++)
            {
                int next = _ready[0];
                _ready.RemoveAt(0);
                list[at] = (ushort)next;
                Release(after, next);
            }
        }
    }

    private void Parallel(PrecedenceArcs after, Span<ushort> list)
    {
        model.Capacity.CopyTo(_free, 0);
        _running.Clear();
        int at = 0;
        int now = 0;
        while (true)
        {
            for (int i = 0; i < _ready.Count; i++)
            {
                int next = _ready[i];
                if (!Fits(next))
                {
                    continue;
                }

                _ready.RemoveAt(i--);
                list[at++] = (ushort)next;
                if (model.Duration[next] == 0)
                {
                    Release(after, next);
                    i = -1;
                }
                else
                {
                    Use(next, 1);
                    _running.Enqueue(next, (now + model.Duration[next], next));
                }
            }

            if (at == list.Length)
            {
                return;
            }

            _running.TryPeek(out _, out (int End, int Activity) first);
            now = first.End;
            while (_running.TryPeek(out int ended, out (int End, int Activity) due) && due.End == now)
            {
                _running.Dequeue();
                Use(ended, -1);
                Release(after, ended);
            }
        }
    }

    private bool Fits(int activity)
    {
        for (int k = 0; k < _free.Length; k++)
        {
            if (model.Demands[k][activity] > _free[k])
            {
                return false;
            }
        }

        return true;
    }

    private void Use(int activity, int sign)
    {
        for (int k = 0; k < _free.Length; k++)
        {
            _free[k] -= sign * model.Demands[k][activity];
        }
    }

    private void Release(PrecedenceArcs after, int activity)
    {
        foreach (int next in after.Of(activity))
        {
            if (--_waiting[next] == 0)
            {
                Enter(next);
            }
        }
    }

    /// <summary>Keeps the ready activities in the order of their keys, equal keys in that of their numbers.</summary>
    private void Enter(int activity)
    {
        int low = 0;
        int high = _ready.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int other = _ready[middle];
            bool first = _keys[other] < _keys[activity] || (_keys[other] == _keys[activity] && other < activity);
            (low, high) = first ? (middle + 1, high) : (low, middle);
        }

        _ready.Insert(low, activity);
    }
}
