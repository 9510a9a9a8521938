namespace Vouch.TrustEngine.Imaging;

/// <summary>What deviation a frame check on these crops would have found with probability <see cref="FrameCheckOptions.TargetPower"/>: an estimate from the verifier's noise, to tell whether larger or more crops are needed.</summary>
/// <remarks>Takes noise for normal: where rare bright samples (fireflies) dominate it, missing samples are found less often than stated. <see cref="FrameCheckCalibration"/> measures power instead.</remarks>
/// <param name="SmallestDetectableBias">The smallest relative change of brightness, such as 0.02 for 2 %; infinite where none can be found, 0 where there is no noise.</param>
/// <param name="SmallestDetectableTint">The smallest relative change of one channel beside the others; infinite where none can be found or there is one channel.</param>
/// <param name="SmallestDetectableSampleRatio">The largest share of the promised samples that is still found out, in (0, 1), such as 0.6: a candidate with 60 % of the samples or fewer is found; 0 where none can be found.</param>
/// <param name="SmoothingIsDetectable">Whether the loss of half of the finest detail's noise variance would be found.</param>
/// <param name="MinimumPValue">The smallest p-value that any statistic could reach on these crops, corrected for their number.</param>
public sealed record FrameCheckPower(
    double SmallestDetectableBias,
    double SmallestDetectableTint,
    double SmallestDetectableSampleRatio,
    bool SmoothingIsDetectable,
    double MinimumPValue)
{
    /// <summary>Gets the power of a check that could find nothing.</summary>
    public static FrameCheckPower Nothing { get; } = new(double.PositiveInfinity, double.PositiveInfinity, 0, false, 1);
}
