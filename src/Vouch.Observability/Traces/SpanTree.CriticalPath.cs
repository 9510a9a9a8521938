namespace Vouch.Observability.Traces;

public sealed partial class SpanTree
{
    // Of the parent's duration: siblings that overlap by less are taken to run one after the other.
    private const double OverlapAllowance = 0.01;

    /// <summary>Finds the critical path of the main root: the spans whose time made up the trace's duration.</summary>
    /// <returns>The spans of the path: the root first, each followed by its children on the path, the last one first.</returns>
    /// <remarks>
    /// The path runs from the end of the root to its start: the child that finished last, then the last one that had finished when that began, and so on, and the same within each of them.
    /// Siblings that overlap by less than 1 % of their parent's duration count as one after the other where no third one begins or ends within the overlap.
    /// Where no siblings on the path overlap, the exclusive times add up to <see cref="Duration"/>. Shortening a span beside the path changes nothing.
    /// Source: Z. Zhang et al., <i>CRISP: Critical Path Analysis of Large-Scale Microservice Architectures</i>, USENIX ATC 2022; conventions of its published program. O(n log n).
    /// </remarks>
    public IReadOnlyList<CriticalSpan> CriticalPath()
    {
        var path = new List<CriticalSpan>(Math.Min(_spans.Length, 64));
        var pending = new Stack<int>();
        var children = new List<int>();
        var chosen = new List<int>();
        long[]? events = null;
        pending.Push(Root);
        while (pending.TryPop(out int span))
        {
            long own = _end[span] - _start[span];
            chosen.Clear();
            if (_firstChild[span] >= 0)
            {
                CollectByEnd(span, children);
                events = null;
                for (int i = 0; i < children.Count; i++)
                {
                    if (chosen.Count == 0 || RunsBefore(span, children[i], chosen[^1], children, ref events))
                    {
                        chosen.Add(children[i]);
                        own -= _end[children[i]] - _start[children[i]];
                    }
                }
            }

            path.Add(new CriticalSpan(span, new TimeSpan(Math.Max(0, own))));
            for (int i = chosen.Count - 1; i >= 0; i--)
            {
                pending.Push(chosen[i]);
            }
        }

        return path;
    }

    // The last to finish first; of several that finish together the one given last.
    private void CollectByEnd(int span, List<int> children)
    {
        children.Clear();
        bool ascending = true;
        for (int child = _firstChild[span]; child >= 0; child = _nextSibling[child])
        {
            if (_end[child] >= _start[child])
            {
                ascending &= children.Count == 0 || _end[children[^1]] <= _end[child];
                children.Add(child);
            }
        }

        if (ascending)
        {
            children.Reverse();
        }
        else
        {
            children.Sort((left, right) => _end[left] != _end[right] ? _end[right].CompareTo(_end[left]) : right.CompareTo(left));
        }
    }

    private bool RunsBefore(int parent, int before, int later, List<int> children, ref long[]? events)
    {
        long overlap = _end[before] - _start[later];
        if (overlap < 0)
        {
            return true;
        }

        if (_end[before] >= _end[later] || _start[before] >= _start[later] || overlap >= OverlapAllowance * (_end[parent] - _start[parent]))
        {
            return false;
        }

        events ??= Events(children);
        return CountUpTo(events, _end[before]) - CountUpTo(events, _start[later] - 1) == 2;
    }

    private long[] Events(List<int> children)
    {
        long[] events = new long[2 * children.Count];
        for (int i = 0; i < children.Count; i++)
        {
            events[2 * i] = _start[children[i]];
            events[(2 * i) + 1] = _end[children[i]];
        }

        Array.Sort(events);
        return events;
    }

    // How many entries of a sorted array are at most a value.
    private static int CountUpTo(long[] sorted, long value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
