namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>How badly one description fits any stretch of a series; constant time per stretch, from running sums.</summary>
internal abstract class SegmentCost(int count)
{
    public int Count => count;

    /// <summary>The fewest rows a segment may have.</summary>
    public abstract int Shortest { get; }

    /// <summary>How many numbers a segment is described by, the place of its beginning included.</summary>
    public abstract int Parameters { get; }

    /// <summary>The cost of rows [from, to), at least 0 for squared errors.</summary>
    public abstract double Of(int from, int to);
}
