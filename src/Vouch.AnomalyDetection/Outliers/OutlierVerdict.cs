namespace Vouch.AnomalyDetection.Outliers;

/// <summary>What an ensemble says of one row.</summary>
/// <param name="Row">The row's number in the table.</param>
/// <param name="Score">The unusualness in [0, 1); the line between usual and unusual is 0.5.</param>
/// <param name="PValue">The chance of a row so far out, were it drawn like the bulk of the table.</param>
/// <param name="IsOutlier">Whether the row is called an outlier under the voting rule chosen.</param>
/// <param name="Votes">How many members call it an outlier on their own.</param>
public readonly record struct OutlierVerdict(int Row, double Score, double PValue, bool IsOutlier, int Votes);
