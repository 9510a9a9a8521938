using Vouch.Core.Models;
using Vouch.Core.Policy;
using Vouch.Economy.Scheduling;
using Vouch.TrustEngine.Audit;

namespace Vouch.Execution.Results;

/// <summary>How a job ended: the outcome, the promise with its evidence, the money, and what was learnt about the workers.</summary>
public sealed record JobReport
{
    /// <summary>Gets the job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>Gets how the job ended.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>Gets the outcome in words, with what would help where it is not <see cref="JobOutcome.Completed"/>.</summary>
    public required string Summary { get; init; }

    /// <summary>Gets how many units were accepted, restored ones included.</summary>
    public required int Accepted { get; init; }

    /// <summary>Gets how many of the accepted units were read back from the journal of an earlier run.</summary>
    public required int Restored { get; init; }

    /// <summary>Gets the units without an accepted result.</summary>
    public required IReadOnlyList<UnresolvedUnit> Unresolved { get; init; }

    /// <summary>
    /// Gets the accepted units that were never looked at and came from workers that were caught cheating later; always empty under <see cref="Jobs.ErrorPromise.EachResult"/>.
    /// The promise holds with them; whoever has them done again gets fewer wrong ones than promised.
    /// </summary>
    /// <value>In id order.</value>
    public IReadOnlyList<WorkUnitId> Doubtful { get; init; } = [];

    /// <summary>Gets the promise: the mean chance that an accepted result is wrong, the method, the number of units, and the assumptions.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Gets the expected share of wrong results among the accepted ones.</summary>
    /// <value>A fraction in [0, error budget], or NaN where nothing was accepted.</value>
    public required double ExpectedErrorShare { get; init; }

    /// <summary>Gets what the job cost and what for; the cost of earlier runs of the journal included.</summary>
    public required CostBreakdown Cost { get; init; }

    /// <summary>Gets what was learnt about each worker, ordered by id.</summary>
    public required IReadOnlyList<WorkerReport> Workers { get; init; }

    /// <summary>Gets the schedule of the units that were open at the start over the price curve, or null where the job has no price curve or an earlier run had accepted everything.</summary>
    public required Schedule? Schedule { get; init; }

    /// <summary>Gets the head of the audit log at the end.</summary>
    public required TreeHead LogHead { get; init; }

    /// <summary>Gets the digest of the policy that the decisions were made under.</summary>
    public required PolicyDigest Policy { get; init; }
}
