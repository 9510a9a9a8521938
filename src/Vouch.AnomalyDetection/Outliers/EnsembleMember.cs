namespace Vouch.AnomalyDetection.Outliers;

/// <summary>A member of an ensemble as it turned out on one table.</summary>
/// <param name="Name">The name of the member.</param>
/// <param name="Weight">Its share of the say; the shares sum to 1.</param>
/// <param name="Agreement">The correlation of its logarithmic tail shares with those of the first member, in [-1, 1].</param>
/// <param name="Outliers">How many rows it would call outliers on its own.</param>
public sealed record EnsembleMember(string Name, double Weight, double Agreement, int Outliers);
