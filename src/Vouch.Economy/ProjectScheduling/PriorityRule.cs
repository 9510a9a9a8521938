namespace Vouch.Economy.ProjectScheduling;

/// <summary>Which of the activities that could be next is taken first.</summary>
public enum PriorityRule
{
    /// <summary>The one that must end first so that the critical path holds (LFT).</summary>
    LatestFinish = 0,

    /// <summary>The one that must start first so that the critical path holds (LST).</summary>
    LatestStart = 1,

    /// <summary>The one with the longest duration, its direct successors' durations added (GRPW).</summary>
    GreatestRankPositionalWeight = 2,

    /// <summary>The one with the most direct and indirect successors (MTS).</summary>
    MostTotalSuccessors = 3,

    /// <summary>The shortest (SPT).</summary>
    ShortestDuration = 4,
}
