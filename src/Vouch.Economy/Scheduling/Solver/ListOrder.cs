namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Whose turn comes first in a list construction.</summary>
internal enum ListOrder
{
    /// <summary>Who may start first.</summary>
    Arrival,

    /// <summary>Whose rejection costs most.</summary>
    Penalty,

    /// <summary>Who has the least slack for its duration.</summary>
    Tightness,

    /// <summary>The same, but jobs that may use any slots come last and fill what the others leave.</summary>
    TightnessSandLast,

    /// <summary>Who has the least slack.</summary>
    Slack,
}
