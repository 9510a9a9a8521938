namespace Vouch.TrustEngine.Imaging;

/// <summary>Where a verifier looks: crops whose positions nobody could foretell.</summary>
/// <param name="TileWidth">The width of the tile that the crops lie in.</param>
/// <param name="TileHeight">The height of the tile.</param>
/// <param name="Crops">The crops, each wholly inside the tile. They may overlap.</param>
public sealed record CropPlan(int TileWidth, int TileHeight, IReadOnlyList<CropRegion> Crops)
{
    /// <summary>Gets the rendering cost of one verifier render of all crops, as a share of rendering the tile.</summary>
    public double Cost => Crops.Sum(static crop => (double)crop.Pixels) / ((double)TileWidth * TileHeight);

    /// <summary>The probability that a crop touches a set of pixels which was fixed before the crops were drawn, whatever its form.</summary>
    /// <param name="share">The set's share of the tile's pixels, in [0, 1].</param>
    /// <returns>A lower bound, 1 - (1 - share)^crops: each crop holds one pixel drawn evenly from a stratum of its own, all strata of one size.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    /// <remarks>To be touched is not to be found: the check must also tell the touched pixels apart. Compact changes larger than a crop are touched far more often than the bound says.</remarks>
    public double CoverageProbability(double share)
    {
        if (!(share is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the pixels lies in [0, 1].");
        }

        return 1 - Math.Pow(1 - share, Crops.Count);
    }
}
