namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>The changes found in a series.</summary>
/// <param name="Changes">The changes in order; empty where there is none, or where fewer than four values are finite, or where all are equal.</param>
/// <param name="Model">The model used; never <see cref="ChangeModel.Auto"/>.</param>
/// <param name="Noise">The standard deviation of the noise that changes were held against, its memory included, in the unit of the values.</param>
/// <param name="Autocorrelation">The correlation of neighbouring residuals, in [-1, 1].</param>
/// <param name="Outliers">The rows whose values were taken for accidents and replaced by their neighbours' median.</param>
public sealed record ChangePointReport(
    IReadOnlyList<ChangePoint> Changes, ChangeModel Model, double Noise, double Autocorrelation, IReadOnlyList<int> Outliers);
