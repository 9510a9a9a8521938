namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Why a row was judged as it was.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Features">The features with a part in it, the largest first; the shares sum to 1, or the list is empty where nothing is unusual.</param>
/// <param name="Voters">The names of the members that call the row an outlier on their own.</param>
public sealed record OutlierExplanation(OutlierVerdict Verdict, IReadOnlyList<(string Feature, double Share)> Features, IReadOnlyList<string> Voters);
