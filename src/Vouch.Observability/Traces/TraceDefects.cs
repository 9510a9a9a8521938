namespace Vouch.Observability.Traces;

/// <summary>What was wrong with the spans of a trace, counted; none of it stops the analysis.</summary>
/// <param name="Orphans">Spans whose parent is not among the spans: each is a root of its own.</param>
/// <param name="Duplicates">Spans whose id an earlier span has: they are kept, children of that id belong to the earlier one.</param>
/// <param name="Cycles">Loops of parents, each cut at the span of the loop that began first.</param>
/// <param name="Clipped">Spans that stuck out of their parent and were cut.</param>
/// <param name="Outside">Spans that lay wholly outside their parent, and all below them: left out of exclusive times and paths.</param>
/// <param name="Shifted">Spans moved by <see cref="ClockSkewRule.Shift"/>, those below them not counted.</param>
/// <param name="Negative">Spans with a negative duration, taken as zero.</param>
public sealed record TraceDefects(int Orphans, int Duplicates, int Cycles, int Clipped, int Outside, int Shifted, int Negative)
{
    /// <summary>Gets whether nothing was wrong.</summary>
    public bool None => Orphans + Duplicates + Cycles + Clipped + Outside + Shifted + Negative == 0;
}
