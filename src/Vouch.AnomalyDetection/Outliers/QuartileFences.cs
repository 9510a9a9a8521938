namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Interquartile rule: how far the columns lie outside their quartiles, in units of the interquartile range, summed over the columns.</summary>
/// <remarks>
/// Tukey's outer fence corresponds to a single column's excess of 3. A column whose quartiles coincide takes its median absolute deviation, then the mean one, then its magnitude.
/// Costs O(d n log n). Source: J. W. Tukey, <i>Exploratory Data Analysis</i>, Addison-Wesley, 1977.
/// </remarks>
public sealed class QuartileFences : IOutlierDetector
{
    /// <inheritdoc/>
    public string Name => "quartiles";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data) => new ColumnFences(PreparedColumns.From(data, FeatureScaling.None), 0.25, squared: false);
}
