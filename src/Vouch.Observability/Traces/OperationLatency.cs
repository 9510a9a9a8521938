using Vouch.Statistics.Sketches;

namespace Vouch.Observability.Traces;

/// <summary>How long the calls of one operation took, over many traces.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Calls">How many calls were seen, by weight.</param>
/// <param name="Failed">How many of them failed, by weight.</param>
/// <param name="TotalExclusive">The time they worked themselves, together.</param>
/// <param name="Durations">Their durations, in seconds.</param>
/// <param name="ExclusiveTimes">The times they worked themselves, without the calls they made, in seconds.</param>
public sealed record OperationLatency(Operation Operation, long Calls, long Failed, TimeSpan TotalExclusive, QuantileSketch Durations, QuantileSketch ExclusiveTimes)
{
    /// <summary>Gets a percentile of the durations, within 0.78 % of the exact one.</summary>
    /// <param name="share">Which: a fraction in [0, 1], such as 0.99.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    public TimeSpan Duration(double share) => TimeSpan.FromSeconds(Durations.Quantile(share).Value);

    /// <summary>Gets a percentile of the times that calls worked themselves, within 0.78 % of the exact one.</summary>
    /// <param name="share">Which: a fraction in [0, 1], such as 0.99.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    public TimeSpan Exclusive(double share) => TimeSpan.FromSeconds(ExclusiveTimes.Quantile(share).Value);
}
