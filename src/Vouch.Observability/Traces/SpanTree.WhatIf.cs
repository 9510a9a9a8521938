namespace Vouch.Observability.Traces;

public sealed partial class SpanTree
{
    /// <summary>Forecasts how long the trace would have taken if one operation's own work took another time.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="factor">What the own time of its spans is multiplied with: 0.5 for half, 0 for nothing, 2 for double.</param>
    /// <returns>The duration of the main root. It equals <see cref="Duration"/> for a factor of 1, and grows with the factor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="factor"/> is negative or not finite.</exception>
    /// <remarks>
    /// The trace is played again: a child starts as long after the last sibling that had finished before it (or after its parent's start) as it did, a parent ends as long after its last child as it did, and
    /// these stretches of own work are scaled where they are the operation's. What ran side by side stays so: time saved beside the critical path saves nothing. Waiting for locks and queues is own work. O(n log n).
    /// </remarks>
    public TimeSpan WhatIf(Operation operation, double factor)
    {
        if (!double.IsFinite(factor) || factor < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor is a finite number that is not negative.");
        }

        double[] length = new double[_spans.Length];
        var starts = new List<int>();
        var ends = new List<int>();
        var newEnds = new Dictionary<int, double>();
        for (int at = _order.Length - 1; at >= 0; at--)
        {
            int span = _order[at];
            if (_end[span] < _start[span])
            {
                continue;
            }

            double scale = IsOf(span, operation) ? factor : 1;
            length[span] = _firstChild[span] < 0 ? (_end[span] - _start[span]) * scale : Replay(span, scale, length, starts, ends, newEnds);
        }

        return new TimeSpan((long)Math.Min(Math.Round(length[Root]), TimeSpan.MaxValue.Ticks / 2));
    }

    private bool IsOf(int span, Operation operation) =>
        string.Equals(_spans[span].Operation, operation.Name, StringComparison.Ordinal) && string.Equals(_spans[span].Service, operation.Service, StringComparison.Ordinal);

    // Walks the children in order of start beside those in order of end: those that had ended when one began are what it waited for.
    private double Replay(int span, double scale, double[] length, List<int> starts, List<int> ends, Dictionary<int, double> newEnds)
    {
        CollectByStart(span, starts);
        CollectByEnd(span, ends);
        newEnds.Clear();
        long anchor = _start[span];
        double newAnchor = 0;
        double last = 0;
        int ended = ends.Count - 1;
        foreach (int child in starts)
        {
            for (; ended >= 0 && _end[ends[ended]] <= _start[child] && newEnds.TryGetValue(ends[ended], out double newEnd); ended--)
            {
                anchor = Math.Max(anchor, _end[ends[ended]]);
                newAnchor = Math.Max(newAnchor, newEnd);
            }

            double childEnd = newAnchor + ((_start[child] - anchor) * scale) + length[child];
            newEnds[child] = childEnd;
            last = Math.Max(last, childEnd);
        }

        long lastEnd = ends.Count == 0 ? _start[span] : _end[ends[0]];
        return last + ((_end[span] - lastEnd) * scale);
    }
}
