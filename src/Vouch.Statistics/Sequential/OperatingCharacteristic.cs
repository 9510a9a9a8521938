namespace Vouch.Statistics.Sequential;

/// <summary>How a sequential test behaves at one true proportion.</summary>
/// <param name="TrueProbability">The true chance of an event.</param>
/// <param name="ProbabilityAccept">The chance of accepting the null hypothesis within the horizon.</param>
/// <param name="ProbabilityReject">The chance of rejecting it within the horizon.</param>
/// <param name="ExpectedLength">The expected number of observations, each run cut at the horizon.</param>
/// <param name="Undecided">The chance that the test has not ended at the horizon; below 1e-17 where the horizon was not reached.</param>
/// <param name="Horizon">The number of observations that were followed.</param>
public readonly record struct OperatingCharacteristic(
    double TrueProbability, double ProbabilityAccept, double ProbabilityReject, double ExpectedLength, double Undecided, long Horizon);
