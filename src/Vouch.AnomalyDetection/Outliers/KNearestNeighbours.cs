namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Distance to the nearest neighbours: a row far from all others is unusual.</summary>
/// <remarks>
/// <para>Exact. A training row leaves itself out; equal rows count as neighbours at distance 0. Fewer rows than asked for are all used; a single row scores 0.</para>
/// <para>Costs O(n log n) to build and, for few columns, O(log n + k) per row; towards O(n) with many columns that all vary.</para>
/// <para>Source: S. Ramaswamy, R. Rastogi and K. Shim, SIGMOD 2000; F. Angiulli and C. Pizzuti, PKDD 2002 (mean distance).</para>
/// </remarks>
public sealed class KNearestNeighbours : IOutlierDetector
{
    /// <summary>Gets how many neighbours count.</summary>
    /// <value>A number of at least 1. The default is 10.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int Neighbours
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 10;

    /// <summary>Gets how the columns are put on one scale.</summary>
    /// <value>The default is <see cref="FeatureScaling.Robust"/>.</value>
    public FeatureScaling Scaling { get; init; } = FeatureScaling.Robust;

    /// <summary>Gets whether the distance to the last neighbour is the score instead of the mean over all.</summary>
    /// <value>The default is <see langword="false"/>: the mean.</value>
    public bool UseFarthest { get; init; }

    /// <summary>Gets the number of rows above which neighbours are looked up in a drawn sample of that size only.</summary>
    /// <value>A number of at least 2. The default is unlimited: exact on the whole table.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set below 2.</exception>
    public int ReferenceRows
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            field = value;
        }
    } = int.MaxValue;

    /// <summary>Gets the seed of the draw, where there is one.</summary>
    public long Seed { get; init; }

    /// <inheritdoc/>
    public string Name => "neighbours";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data) => new NearestNeighboursModel(PreparedColumns.From(data, Scaling), Neighbours, UseFarthest, ReferenceRows, Seed);
}
