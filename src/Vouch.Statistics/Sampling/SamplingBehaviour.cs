namespace Vouch.Statistics.Sampling;

/// <summary>How a sampling plan behaves at one quality.</summary>
/// <param name="BadShare">The share of bad items.</param>
/// <param name="ProbabilityOfAcceptance">The chance that the plan accepts, exact to rounding.</param>
/// <param name="ExpectedChecks">The expected number of checks, exact to rounding.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct SamplingBehaviour(double BadShare, double ProbabilityOfAcceptance, double ExpectedChecks);
