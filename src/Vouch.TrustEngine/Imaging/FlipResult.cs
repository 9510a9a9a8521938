namespace Vouch.TrustEngine.Imaging;

/// <summary>How differently two images look to an observer who flips between them: every figure in [0, 1], 0 for no visible difference.</summary>
/// <param name="Status">Whether the images could be compared; the figures are NaN unless it is <see cref="ImageComparisonStatus.Compared"/>.</param>
/// <param name="Mean">The mean over all pixels.</param>
/// <param name="WeightedMedian">The value below which half of the difference lies: the smallest with at least half of the sum of all values in it and those below.</param>
/// <param name="WeightedFirstQuartile">The same for a quarter of the sum.</param>
/// <param name="WeightedThirdQuartile">The same for three quarters.</param>
/// <param name="Maximum">The largest value of a pixel.</param>
/// <param name="WorstTile">The highest mean of a tile of 64 x 64 pixels, the last ones smaller.</param>
/// <param name="WorstTileRegion">Where that tile lies.</param>
public readonly record struct FlipResult(
    ImageComparisonStatus Status,
    double Mean,
    double WeightedMedian,
    double WeightedFirstQuartile,
    double WeightedThirdQuartile,
    double Maximum,
    double WorstTile,
    CropRegion WorstTileRegion)
{
    /// <summary>Gets whether the images could be compared.</summary>
    public bool IsCompared => Status == ImageComparisonStatus.Compared;

    internal static FlipResult Failed(ImageComparisonStatus status) => new(status, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, default);
}
