namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Mahalanobis distance with a robust, shrunken covariance: a row that breaks the usual relation between the columns is unusual.</summary>
/// <remarks>
/// <para>Centre and covariance come from the most central share of the rows, found by concentration steps from the whole table (deterministic, no draws), then
/// shrunken towards a multiple of the identity by as much as the data ask for, so that more columns than rows are no obstacle.</para>
/// <para>Costs O(n d^2) per step, at most <c>MaxSteps</c> of them, and O(d^3) once.</para>
/// <para>Source: P. J. Rousseeuw and K. Van Driessen, <i>A Fast Algorithm for the Minimum Covariance Determinant Estimator</i>, Technometrics 41(3), 1999 (concentration);
/// Y. Chen, A. Wiesel, Y. C. Eldar and A. O. Hero, <i>Shrinkage Algorithms for MMSE Covariance Estimation</i>, IEEE TSP 58(10), 2010 (OAS).</para>
/// </remarks>
public sealed class MahalanobisDistance : IOutlierDetector
{
    internal const int MaxSteps = 10;

    /// <summary>Gets the share of the rows that centre and covariance are taken from.</summary>
    /// <value>A fraction in [0.5, 1]; 1 is the classical distance. The default is 0.9.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public double CentralShare
    {
        get;
        init
        {
            if (!(value is >= 0.5 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A share in [0.5, 1] is needed.");
            }

            field = value;
        }
    } = 0.9;

    /// <inheritdoc/>
    public string Name => "covariance";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data) => new MahalanobisModel(PreparedColumns.From(data, FeatureScaling.Robust), CentralShare);
}
