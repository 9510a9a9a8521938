namespace Vouch.TrustEngine.Acceptance;

/// <summary>How likely the answer of one group of agreeing results is to be wrong.</summary>
/// <param name="Group">The group's number.</param>
/// <param name="ErrorProbability">The chance that the group's answer is wrong, in [0, 1].</param>
/// <param name="Votes">How many independent votes stand behind it: operators, not workers.</param>
public readonly record struct GroupCredibility(int Group, double ErrorProbability, int Votes)
{
    /// <summary>Gets the chance that the group's answer is right, in [0, 1].</summary>
    public double Credibility => 1 - ErrorProbability;
}
