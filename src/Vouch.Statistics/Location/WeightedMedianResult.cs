namespace Vouch.Statistics.Location;

/// <summary>A weighted median and what it rests on.</summary>
/// <param name="Lower">The smallest value whose cumulated weight reaches half of the total; NaN where nothing carries weight.</param>
/// <param name="Upper">The largest value from which on the weight reaches half of the total; equals <paramref name="Lower"/> unless the weight splits exactly.</param>
/// <param name="Carriers">The number of values with a weight above zero.</param>
/// <param name="TotalWeight">The total weight, correctly rounded; infinity where it is beyond the largest double (the medians are right even then).</param>
public readonly record struct WeightedMedianResult(double Lower, double Upper, int Carriers, double TotalWeight)
{
    /// <summary>Gets whether any value carries weight. Without one there is no median.</summary>
    public bool HasValue => Carriers > 0;

    /// <summary>Gets the middle between <see cref="Lower"/> and <see cref="Upper"/>, without overflow; NaN between minus and plus infinity.</summary>
    public double Midpoint => Lower == Upper ? Lower : (Lower / 2) + (Upper / 2);
}
