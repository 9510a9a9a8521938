namespace Vouch.Execution.Results;

/// <summary>How a job ended. Everything but <see cref="Completed"/> says why the promise could not be kept; results accepted before that stay accepted.</summary>
public enum JobOutcome
{
    /// <summary>Every unit is accepted within the error budget.</summary>
    Completed = 0,

    /// <summary>Going on would have cost more than the job's cost cap.</summary>
    CostCapReached,

    /// <summary>The deadline passed.</summary>
    DeadlinePassed,

    /// <summary>No worker is left that may be asked: all are suspended or do not answer.</summary>
    NoWorkersLeft,

    /// <summary>For some units the evidence did not reach the error budget with the replicas and checks that the options allow.</summary>
    ErrorBudgetUnreachable,
}
