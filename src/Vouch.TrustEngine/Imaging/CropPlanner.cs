using System.Security.Cryptography;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Draws the positions of a verifier's crops so that a worker cannot foretell them and no part of the tile is safe.</summary>
/// <remarks>
/// <para>The tile is cut into as many strata of equal area as there are crops; in each stratum one pixel is drawn evenly, and a crop is laid over it at a drawn offset (inside
/// the stratum where that has room, else inside the tile; drawn anew a few times where it overlaps another crop). A set of pixels with share g of the tile is therefore touched with probability 1 - Π(1 - g_s) ≥ 1 - (1 - g)^n, where g_s are its shares of the strata.</para>
/// <para>O(crops²) time. Stateless and safe to call from any thread, as far as the given <see cref="Random"/> is.</para>
/// </remarks>
public static partial class CropPlanner
{
    private const int Attempts = 12;

    /// <summary>Draws crops from the system's cryptographic generator: nobody can foretell them.</summary>
    /// <param name="tileWidth">The tile's width in pixels, 1 or more.</param>
    /// <param name="tileHeight">The tile's height in pixels, 1 or more.</param>
    /// <param name="cropWidth">The crops' width in pixels, 1 to the tile's.</param>
    /// <param name="cropHeight">The crops' height in pixels, 1 to the tile's.</param>
    /// <param name="count">The number of crops, 1 or more.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static CropPlan Plan(int tileWidth, int tileHeight, int cropWidth, int cropHeight, int count) =>
        Draw(tileWidth, tileHeight, cropWidth, cropHeight, count, SecureFraction);

    /// <summary>Draws crops from a given generator: the same seed gives the same crops. Keep the seed secret.</summary>
    /// <inheritdoc cref="Plan(int, int, int, int, int)"/>
    /// <param name="tileWidth">The tile's width in pixels, 1 or more.</param>
    /// <param name="tileHeight">The tile's height in pixels, 1 or more.</param>
    /// <param name="cropWidth">The crops' width in pixels, 1 to the tile's.</param>
    /// <param name="cropHeight">The crops' height in pixels, 1 to the tile's.</param>
    /// <param name="count">The number of crops, 1 or more.</param>
    /// <param name="random">The generator.</param>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    public static CropPlan Plan(int tileWidth, int tileHeight, int cropWidth, int cropHeight, int count, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Draw(tileWidth, tileHeight, cropWidth, cropHeight, count, random.NextDouble);
    }

    /// <summary>The number of crops that touch a cheat of a given size with a given probability.</summary>
    /// <param name="share">The cheat's share of the pixels, in (0, 1].</param>
    /// <param name="probability">The wanted probability, in [0, 1).</param>
    /// <returns>The smallest n with 1 - (1 - share)^n ≥ probability, 1 or more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static int CropsFor(double share, double probability)
    {
        if (!(share is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the pixels lies in (0, 1].");
        }

        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability lies in [0, 1).");
        }

        double crops = share == 1 ? 1 : Math.Ceiling((Math.Log(1 - probability) / Math.Log(1 - share)) - 1e-9);
        return crops > int.MaxValue
            ? throw new ArgumentOutOfRangeException(nameof(share), share, "No number of crops below 2^31 touches so small a share so surely.")
            : Math.Max(1, (int)crops);
    }

    private static CropPlan Draw(int tileWidth, int tileHeight, int cropWidth, int cropHeight, int count, Func<double> fraction)
    {
        Require(tileWidth, tileHeight, cropWidth, cropHeight, count);
        var crops = new CropRegion[count];
        DrawStrata(crops, 0, 0, 0, tileWidth, tileHeight, (tileWidth, tileHeight, cropWidth, cropHeight), fraction);
        return new CropPlan(tileWidth, tileHeight, Array.AsReadOnly(crops));
    }

    // Cuts the longer side in proportion to the crops on either side of the cut, so that all strata have one area. `done` crops at the front are placed already.
    private static void DrawStrata(
        Span<CropRegion> crops, int done, double x, double y, double width, double height, (int TileWidth, int TileHeight, int Width, int Height) sizes, Func<double> fraction)
    {
        int open = crops.Length - done;
        if (open == 1)
        {
            crops[done] = Lay(crops[..done], (x, width), (y, height), sizes, fraction);
            return;
        }

        int first = open / 2;
        double share = (double)first / open;
        if (width >= height)
        {
            DrawStrata(crops[..(done + first)], done, x, y, width * share, height, sizes, fraction);
            DrawStrata(crops, done + first, x + (width * share), y, width * (1 - share), height, sizes, fraction);
        }
        else
        {
            DrawStrata(crops[..(done + first)], done, x, y, width, height * share, sizes, fraction);
            DrawStrata(crops, done + first, x, y + (height * share), width, height * (1 - share), sizes, fraction);
        }
    }

    // Lays a crop over a pixel drawn from its stratum, inside the stratum where that has room, at the first of a few drawn offsets that overlaps no other crop, or else at the one
    // that overlaps least: pixels seen twice are no independent evidence.
    private static CropRegion Lay(
        ReadOnlySpan<CropRegion> others,
        (double Start, double Length) columns,
        (double Start, double Length) rows,
        (int TileWidth, int TileHeight, int Width, int Height) sizes,
        Func<double> fraction)
    {
        double x = columns.Start + (fraction() * columns.Length), y = rows.Start + (fraction() * rows.Length);
        CropRegion best = default;
        int least = int.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            var crop = new CropRegion(
                Place(x, columns, sizes.Width, sizes.TileWidth, fraction()),
                Place(y, rows, sizes.Height, sizes.TileHeight, fraction()),
                sizes.Width,
                sizes.Height);
            int overlap = 0;
            foreach (CropRegion other in others)
            {
                overlap += crop.Overlap(other);
            }

            if (overlap < least)
            {
                (best, least) = (crop, overlap);
            }
        }

        return best;
    }

    private static int Place(double target, (double Start, double Length) stratum, int size, int tileSize, double offset)
    {
        int pixel = Math.Min((int)target, tileSize - 1), low = (int)stratum.Start;
        int high = Math.Min((int)Math.Ceiling(stratum.Start + stratum.Length - 1e-9), tileSize);
        (low, high) = high - low >= size ? (low, high) : (0, tileSize);
        return Math.Clamp(pixel - (int)(offset * size), low, high - size);
    }

    private static double SecureFraction()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
