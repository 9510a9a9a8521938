namespace Vouch.Economy.Scheduling.Solver;

/// <summary>How a job may be cut into pieces, in the terms of the search.</summary>
internal readonly record struct PieceRule(PieceKind Kind, int MaxPieces, int MinLength, int Overhead)
{
    public static PieceRule Of(Job job)
    {
        if (job.Preemption is not { MaxSegments: > 1 } rule)
        {
            return new PieceRule(PieceKind.One, 1, 1, 0);
        }

        bool free = rule.ResumeOverheadSlots == 0 && rule.MinSegmentSlots == 1 && rule.MaxSegments >= job.DurationSlots;
        return new PieceRule(
            free ? job.DurationSlots == 1 ? PieceKind.One : PieceKind.AnySlots : PieceKind.Pieces,
            rule.MaxSegments,
            rule.MinSegmentSlots,
            rule.ResumeOverheadSlots);
    }

    /// <summary>The most pieces whose run fits into so many slots, at least 1.</summary>
    public int MostPieces(int duration, int slots)
    {
        int most = Overhead == 0 ? MaxPieces : (int)Math.Min(MaxPieces, 1 + ((long)Math.Max(0, slots - duration) / Overhead));
        return Math.Max(1, Math.Min(most, Math.Max(1, slots / MinLength)));
    }
}
