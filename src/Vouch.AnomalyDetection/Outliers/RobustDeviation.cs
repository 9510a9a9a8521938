namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Robust z: the distance to the columns' medians in units of their median absolute deviations, over all columns (root of the sum of squares).</summary>
/// <remarks>
/// Half the rows may be arbitrary without moving the yardstick. A column whose deviation is 0 takes the mean absolute deviation, a constant one its own magnitude.
/// Costs O(d n log n). Source: B. Iglewicz and D. C. Hoaglin, <i>How to Detect and Handle Outliers</i>, ASQC, 1993.
/// </remarks>
public sealed class RobustDeviation : IOutlierDetector
{
    /// <inheritdoc/>
    public string Name => "robust z";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data) => new ColumnFences(PreparedColumns.From(data, FeatureScaling.None), 0.5, squared: true);
}
