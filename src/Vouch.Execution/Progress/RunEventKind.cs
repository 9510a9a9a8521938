namespace Vouch.Execution.Progress;

/// <summary>What happened in a run.</summary>
public enum RunEventKind
{
    /// <summary>An earlier run had accepted the unit; it was read back from the journal.</summary>
    Restored = 0,

    /// <summary>A unit was sent to a worker.</summary>
    Dispatched,

    /// <summary>A worker sent a result.</summary>
    Answered,

    /// <summary>A worker did not send a result: it crashed, timed out, or another one was faster.</summary>
    AttemptFailed,

    /// <summary>A result passed a check.</summary>
    CheckPassed,

    /// <summary>A result failed a check.</summary>
    CheckFailed,

    /// <summary>A check could not tell.</summary>
    CheckInconclusive,

    /// <summary>A result was accepted.</summary>
    Accepted,

    /// <summary>A result was rejected.</summary>
    Rejected,

    /// <summary>A worker was suspended: it gets no more work, and its open results are dropped.</summary>
    WorkerSuspended,

    /// <summary>A worker that does not answer is left alone for the rest of the job.</summary>
    WorkerUnresponsive,

    /// <summary>A unit was given up.</summary>
    GivenUp,
}
