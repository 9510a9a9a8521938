namespace Vouch.Optimizer.Forecasting;

/// <summary>What one short trial render measured.</summary>
/// <param name="SamplesPerPixel">The samples per pixel it was rendered with, 1 or more.</param>
/// <param name="CpuSeconds">The processor time of the render, setup included, in seconds; above 0.</param>
/// <param name="RelativeNoise">The standard error of one render divided by the mean luminance, both in linear light; above 0.
/// From two independent renders a and b it is <c>sqrt(mean((a - b)^2) / 2) / mean</c>.</param>
/// <remarks>
/// Measured values come from outside and are judged by <see cref="PilotForecaster"/>, which leaves out what is not a finite number above 0 and says so;
/// the record itself accepts anything. Render pilots as crops of the job at the job's own pixel density: structural similarity depends on how much texture a window holds.
/// </remarks>
public sealed record PilotMeasurement(int SamplesPerPixel, double CpuSeconds, double RelativeNoise)
{
    /// <summary>Gets the structural similarity of this render to a (nearly) noise-free image, where one was at hand.</summary>
    /// <value>A number in (0, 1), or null.</value>
    public double? StructuralSimilarity { get; init; }

    /// <summary>Gets the structural similarity between two independent renders of this configuration, which needs no reference image.</summary>
    /// <value>A number in (0, 1), or null.</value>
    /// <remarks>
    /// For noise of variance v on a signal of local variance s, the similarity of two renders is (2s + C) / (2s + 2v + C): exactly that of
    /// one render with twice the noise variance to the noise-free image. The forecaster uses it as such.
    /// </remarks>
    public double? PairSimilarity { get; init; }

    /// <summary>Gets the root mean square error of this render in the encoding that structural similarity is measured in (sRGB values in 0..1).</summary>
    /// <value>A number above 0, or null. From two independent renders a and b: <c>sqrt(mean((a - b)^2) / 2)</c>.</value>
    public double? DisplayError { get; init; }
}
