namespace Vouch.TrustEngine.Imaging;

/// <summary>One statistic of a frame check with its two tail probabilities under the null hypothesis that candidate and renders are exchangeable.</summary>
/// <param name="Kind">What it compares.</param>
/// <param name="Channel">The channel, or -1 for all together.</param>
/// <param name="Crop">The index of the crop, or -1 for all crops together.</param>
/// <param name="Score">Its value in standard deviations of its null distribution; the sign is the candidate's deviation.</param>
/// <param name="LowerPValue">The probability of a value as low or lower.</param>
/// <param name="UpperPValue">The probability of a value as high or higher.</param>
/// <param name="Units">The exchange units that told the images apart.</param>
public sealed record FrameStatistic(FrameStatisticKind Kind, int Channel, int Crop, double Score, double LowerPValue, double UpperPValue, int Units);
