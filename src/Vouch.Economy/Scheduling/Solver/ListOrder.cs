namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Who goes first in a list construction.</summary>
internal enum ListOrder
{
    /// <summary>Who loses most if its best place is gone.</summary>
    Regret,

    /// <summary>Who loses most per share of the capacity it takes.</summary>
    RegretPerArea,

    /// <summary>Who takes the largest share of the capacity.</summary>
    Area,

    /// <summary>Who has the least room between release and deadline.</summary>
    Slack,
}
