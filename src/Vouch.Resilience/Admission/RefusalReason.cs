namespace Vouch.Resilience.Admission;

/// <summary>Why a call was refused before it reached a back end.</summary>
public enum RefusalReason
{
    /// <summary>It was not refused.</summary>
    None = 0,

    /// <summary>Too little time was left before its deadline for an attempt to be of use.</summary>
    DeadlineTooNear,

    /// <summary>As many calls as may wait were waiting already.</summary>
    QueueFull,

    /// <summary>It waited, and had to make way for a call of higher priority or of a tenant that has less than its share.</summary>
    Displaced,

    /// <summary>As many calls were under way as may be, and none may wait.</summary>
    LimitReached,

    /// <summary>The breaker of its key is open.</summary>
    BreakerOpen,

    /// <summary>The back end refuses so much that asking it would only add to its load.</summary>
    Throttled,

    /// <summary>It waited as long as it may, and its turn had not come.</summary>
    WaitedTooLong,
}
