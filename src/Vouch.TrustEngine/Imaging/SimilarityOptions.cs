namespace Vouch.TrustEngine.Imaging;

/// <summary>How <see cref="StructuralSimilarity"/> measures. Immutable and safe to share.</summary>
public sealed record SimilarityOptions
{
    private readonly double? _dynamicRange;
    private readonly int _tileSize = 64;

    /// <summary>Gets the options with their defaults.</summary>
    public static SimilarityOptions Default { get; } = new();

    /// <summary>Gets the difference between the largest and the smallest value a pixel can have.</summary>
    /// <value>A finite number above 0. The default, null, means the whole range of an integer type (255 for bytes) and 1 for floating-point types.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double? DynamicRange
    {
        get => _dynamicRange;
        init
        {
            if (value is { } range && !(range > 0 && double.IsFinite(range)))
            {
                throw new ArgumentOutOfRangeException(nameof(value), range, "DynamicRange is a finite number above 0, or null.");
            }

            _dynamicRange = value;
        }
    }

    /// <summary>Gets which pixels count at the edge.</summary>
    /// <value>The default is <see cref="SimilarityBorder.Valid"/>.</value>
    public SimilarityBorder Border { get; init; }

    /// <summary>Gets whether large images are measured in double precision too.</summary>
    /// <value>The default, false, measures images of 65,536 pixels and more in single precision about their local mean: three times as fast, within 1e-6 of the figure in double precision. Smaller images and maps are always measured in double precision.</value>
    public bool DoublePrecision { get; init; }

    /// <summary>Gets the side of the tiles over which <see cref="ImageSimilarity.WorstTile"/> is taken.</summary>
    /// <value>Pixels of the similarity map, 1 or more; the last tiles of a row or column may be smaller. The default is 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TileSize
    {
        get => _tileSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _tileSize = value;
        }
    }
}
