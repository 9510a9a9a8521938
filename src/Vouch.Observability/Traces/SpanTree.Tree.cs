using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Observability.Traces;

public sealed partial class SpanTree
{
    // A century either way: sums and differences of such times stay far from overflow.
    private const long LargestTime = 100L * 366 * TimeSpan.TicksPerDay;
    private const int Unvisited = -2;

    private void Link(ClockSkewRule skew)
    {
        int count = _spans.Length;
        var byId = new Dictionary<ulong, int>(count);
        int duplicates = 0, negative = 0;
        for (int i = 0; i < count; i++)
        {
            ref readonly SpanRecord span = ref _spans[i];
            Check(in span, i);
            duplicates += byId.TryAdd(span.Id, i) ? 0 : 1;
            negative += span.Duration < TimeSpan.Zero ? 1 : 0;
            HasError |= span.IsError;
            _start[i] = span.Start.Ticks;
            _end[i] = span.Start.Ticks + Math.Max(0, span.Duration.Ticks);
            _firstChild[i] = -1;
            _nextSibling[i] = -1;
        }

        int orphans = 0;
        for (int i = 0; i < count; i++)
        {
            _parent[i] = -1;
            if (_spans[i].ParentId != 0)
            {
                if (byId.TryGetValue(_spans[i].ParentId, out int parent) && parent != i)
                {
                    _parent[i] = parent;
                }
                else
                {
                    orphans++;
                }
            }
        }

        int cycles = CutCycles();

        // Backwards, so that the lists of children run in the order of the spans.
        for (int i = count - 1; i >= 0; i--)
        {
            if (_parent[i] is var parent and >= 0)
            {
                _nextSibling[i] = _firstChild[parent];
                _firstChild[parent] = i;
            }
        }

        Order();
        Root = MainRoot();
        (int clipped, int outside, int shifted) = Fit(skew);
        Defects = new TraceDefects(orphans, duplicates, cycles, clipped, outside, shifted, negative);
    }

    private static void Check(in SpanRecord span, int index)
    {
        string? fault = span switch
        {
            { Service: null } => "has no service",
            { Operation: null } => "has no operation",
            { Id: 0 } => "has the id 0",
            { LogLines: < 0 } => "has a negative number of log lines",
            _ when span.Start.Ticks is < -LargestTime or > LargestTime => "begins more than a century from the origin",
            _ when span.Duration.Ticks > LargestTime => "lasts for more than a century",
            _ => null,
        };
        if (fault is not null)
        {
            throw new InputValidationException($"Span {index.ToString(CultureInfo.InvariantCulture)} {fault}.") { Location = $"span {index.ToString(CultureInfo.InvariantCulture)}" };
        }
    }

    // Follows parents upwards; a walk that meets itself has found a loop, which is cut above the span of it that began first.
    private int CutCycles()
    {
        int cycles = 0;
        int[] walk = _order;
        Array.Fill(walk, Unvisited);
        for (int i = 0; i < walk.Length; i++)
        {
            int at = i;
            while (at >= 0 && walk[at] == Unvisited)
            {
                walk[at] = i;
                at = _parent[at];
            }

            if (at >= 0 && walk[at] == i)
            {
                int first = at;
                for (int next = _parent[at]; next != at; next = _parent[next])
                {
                    bool earlier = _start[next] < _start[first] || (_start[next] == _start[first] && next < first);
                    first = earlier ? next : first;
                }

                _parent[first] = -1;
                cycles++;
            }
        }

        return cycles;
    }

    // Parents before their children.
    private void Order()
    {
        int filled = 0;
        for (int i = 0; i < _spans.Length; i++)
        {
            if (_parent[i] < 0)
            {
                _order[filled++] = i;
            }
        }

        for (int at = 0; at < filled; at++)
        {
            for (int child = _firstChild[_order[at]]; child >= 0; child = _nextSibling[child])
            {
                _order[filled++] = child;
            }
        }
    }

    private int MainRoot()
    {
        int best = -1;
        for (int i = 0; i < _spans.Length; i++)
        {
            if (_parent[i] < 0 && (best < 0 || Precedes(i, best)))
            {
                best = i;
            }
        }

        return best;
    }

    private bool Precedes(int candidate, int best)
    {
        bool isRoot = _spans[candidate].ParentId == 0, bestIsRoot = _spans[best].ParentId == 0;
        if (isRoot != bestIsRoot)
        {
            return isRoot;
        }

        long length = _end[candidate] - _start[candidate], bestLength = _end[best] - _start[best];
        return isRoot && _start[candidate] != _start[best] ? _start[candidate] < _start[best] : length > bestLength;
    }

    private (int Clipped, int Outside, int Shifted) Fit(ClockSkewRule skew)
    {
        int clipped = 0, outside = 0, shifted = 0;
        long[]? shift = skew == ClockSkewRule.Shift ? new long[_spans.Length] : null;
        foreach (int span in _order)
        {
            int parent = _parent[span];
            if (parent < 0)
            {
                continue;
            }

            long parentStart = _start[parent], parentEnd = _end[parent];
            if (shift is not null)
            {
                long by = shift[parent];
                long own = FittingShift(_start[span] + by, _end[span] + by, parentStart, parentEnd, !ReferenceEquals(_spans[span].Service, _spans[parent].Service)
                    && !string.Equals(_spans[span].Service, _spans[parent].Service, StringComparison.Ordinal));
                shifted += own != 0 ? 1 : 0;
                shift[span] = by + own;
                _start[span] += shift[span];
                _end[span] += shift[span];
            }

            long start = _start[span], end = _end[span];
            if (start >= parentStart && end <= parentEnd)
            {
                continue;
            }

            if (parentEnd < parentStart || start >= parentEnd || end <= parentStart)
            {
                // An empty interval that ends before it begins marks it, and with it all below.
                _start[span] = parentStart;
                _end[span] = parentStart - 1;
                outside++;
                continue;
            }

            _start[span] = Math.Max(start, parentStart);
            _end[span] = Math.Min(end, parentEnd);
            clipped++;
        }

        return (clipped, outside, shifted);
    }

    private static long FittingShift(long start, long end, long parentStart, long parentEnd, bool otherService)
    {
        if (!otherService || parentEnd < parentStart || end - start > parentEnd - parentStart)
        {
            return 0;
        }

        return start < parentStart ? parentStart - start : Math.Min(0, parentEnd - end);
    }
}
