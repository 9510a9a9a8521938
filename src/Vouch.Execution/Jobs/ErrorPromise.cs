namespace Vouch.Execution.Jobs;

/// <summary>What the error budget of a job is a promise about.</summary>
public enum ErrorPromise
{
    /// <summary>Each accepted result on its own is wrong with a chance within the budget, by what is known about its worker and what its checks showed. Every result is verified.</summary>
    EachResult = 0,

    /// <summary>
    /// Of all results of the job the expected share of wrong ones is within the budget, whoever cheats and however. Most results are handed out unverified, and which ones are is
    /// drawn by lot: for large jobs a small part of the cost. Needs a verifier that can check.
    /// </summary>
    WholeJob,
}
