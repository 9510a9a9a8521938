namespace Vouch.Execution.Results;

/// <summary>What a job cost and what for, in the currency of its price curve.</summary>
/// <param name="Accepted">Paid for the results that were accepted.</param>
/// <param name="Replicas">Paid for further results of the same units that agreed with what was accepted or were not needed in the end, those included that were still in question when the job ended.</param>
/// <param name="Rejected">Paid for results that were found wrong.</param>
/// <param name="Checks">The cost of checks, at the price of the unit's slot.</param>
/// <remarks>An attempt that delivers nothing costs nothing.</remarks>
public readonly record struct CostBreakdown(double Accepted, double Replicas, double Rejected, double Checks)
{
    /// <summary>Gets everything together.</summary>
    public double Total => Accepted + Replicas + Rejected + Checks;

    /// <summary>Gets the price of trust: everything together over what the accepted results alone cost.</summary>
    /// <value>1 or more; NaN while nothing is accepted.</value>
    public double ReplicationFactor => Total / Accepted;
}
