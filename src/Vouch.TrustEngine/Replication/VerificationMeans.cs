namespace Vouch.TrustEngine.Replication;

/// <summary>The ways to verify a result and what they cost, in units of doing the work once.</summary>
/// <param name="CheckCost">The cost of one trusted check; above 0 and finite. 1 where a check is the work done again on a trusted machine.</param>
/// <param name="CheckPower">A lower bound on the chance that one check finds a wrong result wrong, in (0, 1].</param>
/// <param name="ReplicaCost">The cost of having another worker do the unit; above 0, positive infinity where answers cannot be compared.</param>
/// <remarks>
/// A trusted check must exist, however dear: it is what reputations are anchored in and what settles a disagreement. Without one, colluders who vouch for
/// each other cannot be told from honest workers who agree. Immutable and safe to share; ranges are enforced where the value is used.
/// </remarks>
public sealed record VerificationMeans(double CheckCost = 1, double CheckPower = 1, double ReplicaCost = double.PositiveInfinity);
