namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>A place where a series begins to behave differently.</summary>
/// <param name="Row">The first row of the new behaviour.</param>
/// <param name="EarliestRow">The earliest row that fits nearly as well (within the 95 % point of one degree of freedom, 3.84 noise variances).</param>
/// <param name="LatestRow">The latest such row.</param>
/// <param name="Before">The level, or the line's value, just before the row; for variances the standard deviation before.</param>
/// <param name="After">The level, or the line's value, at the row; for variances the standard deviation after.</param>
/// <param name="SlopeBefore">The line's slope per row before; 0 for levels and variances.</param>
/// <param name="SlopeAfter">The line's slope per row after; 0 for levels and variances.</param>
/// <param name="Evidence">How much more the change explains than it costs, in units of logarithmic likelihood; 0 is a toss-up, above 5 is strong.</param>
public sealed record ChangePoint(
    int Row, int EarliestRow, int LatestRow, double Before, double After, double SlopeBefore, double SlopeAfter, double Evidence);
