using Vouch.Core.Models;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Results;

/// <summary>What a job learnt about one worker: the feedback that the next job starts from.</summary>
public sealed record WorkerReport
{
    /// <summary>Gets the worker.</summary>
    public required WorkerId Worker { get; init; }

    /// <summary>Gets how many of its results were accepted.</summary>
    public required int Accepted { get; init; }

    /// <summary>Gets how many of its results were rejected.</summary>
    public required int Rejected { get; init; }

    /// <summary>Gets how many attempts brought no result: crashed, timed out, outrun by a hedge.</summary>
    public required int FailedAttempts { get; init; }

    /// <summary>Gets how many checks its results passed.</summary>
    public required int ChecksPassed { get; init; }

    /// <summary>Gets how many checks its results failed.</summary>
    public required int ChecksFailed { get; init; }

    /// <summary>Gets why the worker is suspended, or null where it is not.</summary>
    public required string? SuspendedBecause { get; init; }

    /// <summary>Gets whether the worker was left alone for the rest of the job because it did not answer.</summary>
    public required bool Unresponsive { get; init; }

    /// <summary>Gets its reputation at the end of the job.</summary>
    public required ReputationSnapshot Reputation { get; init; }
}
