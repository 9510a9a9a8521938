namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Local outlier factor: how much thinner the surroundings of a row are than those of its neighbours.</summary>
/// <remarks>
/// <para>Exact: about 1 inside a cluster of any density, well above 1 outside. Exactly k neighbours count; ties go to the point that comes first in lexicographic order of
/// the coordinates, so the order of the rows does not matter. Equal rows are neighbours at distance 0, and a reachability of 0 is floored at 1e-10, which keeps every factor finite.
/// Fewer rows than asked for are all used; a single row scores 1.</para>
/// <para>Source: M. M. Breunig, H.-P. Kriegel, R. T. Ng and J. Sander, <i>LOF: Identifying Density-Based Local Outliers</i>, SIGMOD 2000, section 4.</para>
/// </remarks>
public sealed class LocalOutlierFactor : IOutlierDetector
{
    /// <summary>Gets how many neighbours count.</summary>
    /// <value>A number of at least 1. The default is 20.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int Neighbours
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 20;

    /// <summary>Gets how the columns are put on one scale.</summary>
    /// <value>The default is <see cref="FeatureScaling.Robust"/>.</value>
    public FeatureScaling Scaling { get; init; } = FeatureScaling.Robust;

    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data) => new LocalOutlierFactorModel(PreparedColumns.From(data, Scaling), Neighbours);
}
