using Vouch.Core.Models;
using Vouch.Execution.Jobs;

namespace Vouch.Execution.Running;

/// <summary>What a run knows about one worker. Read and written by the run's one coordinating flow only; <see cref="Slots"/> is the exception.</summary>
internal sealed class WorkerState<TUnit, TResult>(PooledWorker<TUnit, TResult> entry, int ordinal)
{
    public PooledWorker<TUnit, TResult> Entry { get; } = entry;

    public WorkerId Id { get; } = entry.Id;

    /// <summary>The position in the pool, which is ordered by id.</summary>
    public int Ordinal { get; } = ordinal;

    /// <summary>Held while a call to the worker really runs, also one that nobody waits for any more: a worker is never asked for more than its capacity. Never disposed: an abandoned call may give its slot back at any later time.</summary>
    public SemaphoreSlim Slots { get; } = new(entry.Capacity);

    /// <summary>Assigned units whose outcome has not been taken up yet.</summary>
    public int Outstanding { get; set; }

    /// <summary>The chance that its next result is wrong, as of the last time that something was learnt about it or that it was given a unit: reading it off the ledger is not cheap.</summary>
    public double PriorError { get; set; }

    public int FailuresInARow { get; set; }

    /// <summary>Whether it has sent anything in this job: who has shown to be alive is not blamed for a unit that nobody can do.</summary>
    public bool HasAnswered { get; set; }

    public bool IsUnresponsive { get; set; }

    public string? SuspendedBecause { get; set; }

    public bool MayBeAsked => !IsUnresponsive && SuspendedBecause is null;

    public int Accepted { get; set; }

    public int Rejected { get; set; }

    public int FailedAttempts { get; set; }

    public int ChecksPassed { get; set; }

    public int ChecksFailed { get; set; }
}
