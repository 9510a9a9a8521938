namespace Vouch.TrustEngine.Acceptance;

/// <summary>What the two ways of learning more cost, in any one unit; only their ratio matters.</summary>
/// <param name="Check">The cost of one more check of a result, above 0; positive infinity where checks are not to be had.</param>
/// <param name="Replica">The cost of having the unit done once more, above 0; positive infinity where no other worker is to be had.</param>
public readonly record struct AcceptanceCosts(double Check, double Replica);
