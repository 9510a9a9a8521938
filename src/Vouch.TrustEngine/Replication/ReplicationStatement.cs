namespace Vouch.TrustEngine.Replication;

/// <summary>What <see cref="ReplicationPolicy"/> can say about everything handed out so far.</summary>
/// <param name="HandedOut">How many results were handed out, verified or not.</param>
/// <param name="Unverified">How many of them were never looked at.</param>
/// <param name="Verified">How many results were verified and found right.</param>
/// <param name="Caught">How many results were found wrong before they were handed out.</param>
/// <param name="EstimatedWrong">An unbiased estimate of the wrong results handed out: each one caught stands for (1 - p) / p that were not, p being the chance at which it was.</param>
/// <param name="Budget">How many wrong results the promise allows, in expectation.</param>
/// <param name="Rate">The chance that a wrong result of a worker in good standing is found out now, in (0, 1].</param>
/// <param name="SilentUpper">With 95 % confidence, no more than so many wrong results were handed out since the last catch; positive infinity where nothing bounds it.</param>
/// <param name="PromiseHolds">Whether the promise holds. False only where even the greatest number of checks is too weak for it: insufficient evidence.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record ReplicationStatement(
    long HandedOut,
    long Unverified,
    long Verified,
    long Caught,
    double EstimatedWrong,
    double Budget,
    double Rate,
    double SilentUpper,
    bool PromiseHolds)
{
    /// <summary>Gets the promised greatest expected share of wrong results, by the estimate so far: at most the error budget where <see cref="PromiseHolds"/>.</summary>
    /// <value>0 or more; 0 before anything is handed out.</value>
    public double EstimatedShare => HandedOut == 0 ? 0 : EstimatedWrong / HandedOut;
}
