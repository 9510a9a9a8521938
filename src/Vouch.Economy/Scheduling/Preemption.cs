namespace Vouch.Economy.Scheduling;

/// <summary>How a job may be interrupted and resumed.</summary>
/// <remarks>Immutable and safe to share. With m pieces a job runs exactly <c>duration + ResumeOverheadSlots * (m - 1)</c> slots.</remarks>
public sealed record Preemption
{
    /// <summary>Initializes a rule.</summary>
    /// <param name="maxSegments">The most pieces, 1 or more.</param>
    /// <param name="minSegmentSlots">The fewest slots of a piece where there is more than one, 1 or more.</param>
    /// <param name="resumeOverheadSlots">The slots of work that each resume repeats, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public Preemption(int maxSegments, int minSegmentSlots = 1, int resumeOverheadSlots = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSegments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(minSegmentSlots, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(resumeOverheadSlots);
        MaxSegments = maxSegments;
        MinSegmentSlots = minSegmentSlots;
        ResumeOverheadSlots = resumeOverheadSlots;
    }

    /// <summary>Gets the most pieces.</summary>
    /// <value>A count of 1 or more.</value>
    public int MaxSegments { get; }

    /// <summary>Gets the fewest slots of a piece where there is more than one.</summary>
    /// <value>A count of slots, 1 or more.</value>
    public int MinSegmentSlots { get; }

    /// <summary>Gets the slots of work that each resume repeats.</summary>
    /// <value>A count of slots, 0 or more.</value>
    public int ResumeOverheadSlots { get; }
}
