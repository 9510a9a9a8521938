namespace Vouch.Statistics.Sampling;

/// <summary>A sample that finds at least one bad item with a stated chance, and what it rests on.</summary>
/// <param name="Sample">The number of items to draw at random without replacement.</param>
/// <param name="Probability">The chance that at least one bad item is among them, exact to rounding.</param>
/// <param name="Target">The chance that was asked for.</param>
/// <param name="Population">The number of items.</param>
/// <param name="Bad">The number of bad items that the promise assumes.</param>
public readonly record struct DetectionPlan(long Sample, double Probability, double Target, long Population, long Bad);
