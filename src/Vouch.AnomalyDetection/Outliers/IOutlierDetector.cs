namespace Vouch.AnomalyDetection.Outliers;

/// <summary>A way to find unusual rows in a table without labels.</summary>
/// <remarks>A detector holds settings only; it is immutable, safe to share, and fits as many tables as one likes.</remarks>
public interface IOutlierDetector
{
    /// <summary>Gets the short name that stands in explanations and votes, for example <c>forest</c>.</summary>
    string Name { get; }

    /// <summary>Learns what is usual from a table and scores its rows.</summary>
    /// <param name="data">The table, at least one row.</param>
    /// <returns>A model, immutable and safe to share.</returns>
    /// <exception cref="ArgumentException">The table has no row.</exception>
    IOutlierModel Fit(FeatureMatrix data);
}
