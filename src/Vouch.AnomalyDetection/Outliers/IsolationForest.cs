namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Isolation forest: rows that few random cuts suffice to set apart are unusual.</summary>
/// <remarks>
/// <para>The score is 2^(-E[h]/c), in (0, 1): near 0.5 for the crowd, towards 1 for a row that is set apart at once. It needs no scaling of the columns.</para>
/// <para>Fitting costs O(trees * sample * log sample) and does not grow with the table; scoring O(trees * log sample) per row. The same seed and table give the same
/// forest bit for bit; the sample is drawn by row number, so another order of the rows is another draw.</para>
/// <para>Source: F. T. Liu, K. M. Ting and Z.-H. Zhou, <i>Isolation-Based Anomaly Detection</i>, ACM TKDD 6(1), 2012.</para>
/// </remarks>
public sealed class IsolationForest : IOutlierDetector
{
    /// <summary>Gets the number of trees.</summary>
    /// <value>A number in [1, 100000]. The default is 100.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public int Trees
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100_000);
            field = value;
        }
    } = 100;

    /// <summary>Gets how many rows each tree is grown on; a smaller table is used whole.</summary>
    /// <value>A number in [2, 65536]. The default is 256.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public int SampleSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 65_536);
            field = value;
        }
    } = 256;

    /// <summary>Gets the seed of the draws.</summary>
    /// <value>Any number. The default is 0.</value>
    public long Seed { get; init; }

    /// <inheritdoc/>
    public string Name => "forest";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data)
    {
        PreparedColumns columns = PreparedColumns.From(data, FeatureScaling.None);
        return new IsolationForestModel(columns, Trees, SampleSize, Seed);
    }
}
