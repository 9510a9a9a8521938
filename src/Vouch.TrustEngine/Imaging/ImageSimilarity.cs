namespace Vouch.TrustEngine.Imaging;

/// <summary>A measure of how alike two images are.</summary>
/// <param name="Status">Whether the images could be compared.</param>
/// <param name="Value">The measure; NaN unless <paramref name="Status"/> is <see cref="ImageComparisonStatus.Compared"/>.</param>
/// <param name="WorstTile">The measure of the worst tile, for measures that have one; otherwise NaN.</param>
public readonly record struct ImageSimilarity(ImageComparisonStatus Status, double Value, double WorstTile)
{
    /// <summary>Gets whether the images could be compared.</summary>
    public bool IsCompared => Status == ImageComparisonStatus.Compared;

    internal static ImageSimilarity Failed(ImageComparisonStatus status) => new(status, double.NaN, double.NaN);
}
