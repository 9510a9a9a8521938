namespace Vouch.AnomalyDetection.Outliers;

/// <summary>ECOD: how far out in the tails of the single columns a row lies, by their empirical distributions; no parameter.</summary>
/// <remarks>
/// <para>For every column the negative logarithm of the share of rows at or beyond the value is taken, to the left, to the right, and to the side the column's skewness points;
/// the largest of the three sums over the columns is the score. A value beyond all learnt ones counts as 1 / (n + 1) of them.</para>
/// <para>Costs O(d n log n) to fit, O(d log n) per row.</para>
/// <para>Source: Z. Li, Y. Zhao, X. Hu, N. Botta, C. Ionescu and G. H. Chen, <i>ECOD: Unsupervised Outlier Detection Using Empirical Cumulative Distribution Functions</i>,
/// IEEE TKDE 35(12), 2023.</para>
/// </remarks>
public sealed class EmpiricalTails : IOutlierDetector
{
    /// <inheritdoc/>
    public string Name => "tails";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data) => new EmpiricalTailsModel(PreparedColumns.From(data, FeatureScaling.None));
}
