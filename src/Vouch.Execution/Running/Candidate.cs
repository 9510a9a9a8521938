using Vouch.Execution.Verification;
using Vouch.TrustEngine.Replication;

namespace Vouch.Execution.Running;

/// <summary>One result of a unit that is still in question.</summary>
internal sealed class Candidate<TUnit, TResult>(WorkerState<TUnit, TResult> worker, TResult value, int group, double cost)
{
    public WorkerState<TUnit, TResult> Worker { get; } = worker;

    public TResult Value { get; } = value;

    /// <summary>Results that say the same share a group.</summary>
    public int Group { get; } = group;

    /// <summary>What the worker is paid for it.</summary>
    public double Cost { get; } = cost;

    /// <summary>Every check so far, inconclusive ones included.</summary>
    public List<ResultCheck> Checks { get; } = [];

    /// <summary>What the lot said, where the promise is about the whole job.</summary>
    public VerificationOrder? Order { get; set; }

    /// <summary>Whether the order still waits for its outcome.</summary>
    public bool IsOrderOpen { get; set; }

    public int Passed => Checks.Count(static check => check.Verdict == CheckVerdict.Passed);

    public int Failed => Checks.Count(static check => check.Verdict == CheckVerdict.Failed);
}
