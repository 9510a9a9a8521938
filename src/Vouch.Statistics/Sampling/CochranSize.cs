namespace Vouch.Statistics.Sampling;

/// <summary>A sample size for estimating a proportion, and what it rests on.</summary>
/// <param name="Size">The number of items to look at: the corrected figure rounded up, from 1 to the population; <see cref="long.MaxValue"/> where it is beyond that.</param>
/// <param name="Corrected">The figure after the finite-population correction, before rounding.</param>
/// <param name="Uncorrected">The figure for an unlimited population, before rounding.</param>
/// <param name="Score">The normal quantile of the confidence, two-sided.</param>
/// <param name="Confidence">The confidence asked for, in (0, 1).</param>
/// <param name="Margin">The half width asked for, in (0, 1).</param>
public readonly record struct CochranSize(long Size, double Corrected, double Uncorrected, double Score, double Confidence, double Margin);
