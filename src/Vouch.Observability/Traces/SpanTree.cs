using Vouch.Core.Exceptions;

namespace Vouch.Observability.Traces;

/// <summary>The spans of one trace as a tree: who called whom, and how long each span worked itself.</summary>
/// <remarks>
/// Immutable and safe to share. Spans are named by their index in what <see cref="Build"/> got. Any set of spans makes a trace: missing parents, duplicate ids, loops and skewed clocks are
/// resolved as <see cref="Defects"/> states and counted. Building costs O(n) and reading the path O(n log n); neither recurses, so that depth is no danger.
/// </remarks>
public sealed partial class SpanTree
{
    private readonly SpanRecord[] _spans;
    private readonly int[] _parent;
    private readonly int[] _firstChild;
    private readonly int[] _nextSibling;
    private readonly int[] _order;
    private readonly long[] _start;
    private readonly long[] _end;

    private SpanTree(SpanRecord[] spans)
    {
        _spans = spans;
        _parent = new int[spans.Length];
        _firstChild = new int[spans.Length];
        _nextSibling = new int[spans.Length];
        _order = new int[spans.Length];
        _start = new long[spans.Length];
        _end = new long[spans.Length];
    }

    /// <summary>Gets the spans, as they were given.</summary>
    public ReadOnlySpan<SpanRecord> Spans => _spans;

    /// <summary>Gets the index of the main root: the root that began first, and of several the longest; where every root is an orphan, the longest.</summary>
    public int Root { get; private set; }

    /// <summary>Gets how long the main root took.</summary>
    public TimeSpan Duration => Length(Root);

    /// <summary>Gets the operation of the main root, by which traces of one kind are told.</summary>
    public Operation Type => OperationOf(Root);

    /// <summary>Gets whether any span failed.</summary>
    public bool HasError { get; private set; }

    /// <summary>Gets what was wrong with the spans.</summary>
    public TraceDefects Defects { get; private set; } = null!;

    /// <summary>Builds the tree.</summary>
    /// <param name="spans">The spans of one trace, in any order; at least one. Copied.</param>
    /// <param name="skew">What becomes of children that stick out of their parent.</param>
    /// <returns>The tree.</returns>
    /// <exception cref="InputValidationException">There is no span, or a span has no service or operation, or the id 0, or a time that cannot be added up.</exception>
    public static SpanTree Build(ReadOnlySpan<SpanRecord> spans, ClockSkewRule skew = ClockSkewRule.Clip)
    {
        if (spans.IsEmpty)
        {
            throw new InputValidationException("A trace has at least one span.");
        }

        var tree = new SpanTree(spans.ToArray());
        tree.Link(skew);
        return tree;
    }

    /// <summary>Gets the index of the span that caused another.</summary>
    /// <param name="span">The index of a span.</param>
    /// <returns>The index of its parent, or -1 for a root or an orphan.</returns>
    public int ParentOf(int span) => _parent[span];

    /// <summary>Gets the operation of a span.</summary>
    /// <param name="span">The index of a span.</param>
    public Operation OperationOf(int span) => new(_spans[span].Service, _spans[span].Operation);

    /// <summary>Gets how long a span took within its parent.</summary>
    /// <param name="span">The index of a span.</param>
    /// <returns>Its duration after cutting; zero where it lay wholly outside.</returns>
    public TimeSpan Length(int span) => new(Math.Max(0, _end[span] - _start[span]));

    /// <summary>Gets when a span began, after cutting and shifting.</summary>
    /// <param name="span">The index of a span.</param>
    public TimeSpan StartOf(int span) => new(_start[span]);

    /// <summary>Tells whether a span takes part in the analysis: neither it nor a span above it lay wholly outside its parent.</summary>
    /// <param name="span">The index of a span.</param>
    public bool IsInside(int span) => _end[span] >= _start[span];

    /// <summary>Lists the spans that a span caused, in the order they were given.</summary>
    /// <param name="span">The index of a span.</param>
    public IEnumerable<int> ChildrenOf(int span)
    {
        for (int child = _firstChild[span]; child >= 0; child = _nextSibling[child])
        {
            yield return child;
        }
    }

    /// <summary>Finds how long each span worked itself: its duration less the time in which at least one of its children ran.</summary>
    /// <param name="destination">Receives one time per span, in the order of <see cref="Spans"/>; zero for spans that lay outside.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="Spans"/>.</exception>
    /// <remarks>O(n log n) in the worst case, O(n) where siblings come in order of their start.</remarks>
    public void ExclusiveTimes(Span<TimeSpan> destination)
    {
        if (destination.Length < _spans.Length)
        {
            throw new ArgumentException($"There are {_spans.Length} spans and room for {destination.Length} times.", nameof(destination));
        }

        var children = new List<int>();
        for (int span = 0; span < _spans.Length; span++)
        {
            destination[span] = new TimeSpan(Math.Max(0, Math.Max(0, _end[span] - _start[span]) - Covered(span, children)));
        }
    }

    private long Covered(int span, List<int> children)
    {
        if (_firstChild[span] < 0 || _end[span] <= _start[span])
        {
            return 0;
        }

        CollectByStart(span, children);
        long covered = 0;
        long until = _start[span];
        foreach (int child in children)
        {
            covered += Math.Max(0, _end[child] - Math.Max(until, _start[child]));
            until = Math.Max(until, _end[child]);
        }

        return covered;
    }

    private void CollectByStart(int span, List<int> children)
    {
        children.Clear();
        bool sorted = true;
        for (int child = _firstChild[span]; child >= 0; child = _nextSibling[child])
        {
            if (_end[child] >= _start[child])
            {
                sorted &= children.Count == 0 || _start[children[^1]] <= _start[child];
                children.Add(child);
            }
        }

        if (!sorted)
        {
            children.Sort((left, right) => _start[left] != _start[right] ? _start[left].CompareTo(_start[right]) : left.CompareTo(right));
        }
    }
}
