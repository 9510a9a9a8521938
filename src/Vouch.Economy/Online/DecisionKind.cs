namespace Vouch.Economy.Online;

/// <summary>What was decided about a job.</summary>
public enum DecisionKind
{
    /// <summary>It has a planned start.</summary>
    Planned = 0,

    /// <summary>Its planned start is another one now.</summary>
    Moved = 1,

    /// <summary>It has no place at present and waits for one.</summary>
    Held = 2,

    /// <summary>It starts or resumes.</summary>
    Started = 3,

    /// <summary>It was stopped and its work is kept.</summary>
    Paused = 4,

    /// <summary>It was stopped and the work of this run is lost.</summary>
    Aborted = 5,

    /// <summary>All of its work is done.</summary>
    Finished = 6,

    /// <summary>It cannot end by its deadline any more.</summary>
    Rejected = 7,
}
