namespace Vouch.AnomalyDetection.Forecasting;

/// <summary>When a series is going to reach a threshold.</summary>
/// <param name="Answer">Whether it is.</param>
/// <param name="Expected">The rows after the last one until the trend reaches it, or nothing if not within the horizon.</param>
/// <param name="Earliest">The rows until the nearer edge of the interval reaches it, or nothing if not within the horizon.</param>
/// <param name="Latest">The rows until the farther edge reaches it, or nothing if not within the horizon.</param>
/// <param name="ViolationProbability">The chance that the value at the end of the horizon is at or beyond the threshold.</param>
/// <param name="Level">The trend's value at the last row.</param>
/// <param name="Slope">The trend's change per row.</param>
/// <param name="SlopeError">The standard error of the slope, the noise's memory included.</param>
public readonly record struct ThresholdForecast(
    CrossingAnswer Answer, double? Expected, double? Earliest, double? Latest, double ViolationProbability, double Level, double Slope, double SlopeError);
