using System.Security.Cryptography;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Draws the positions of a verifier's crops so that a worker cannot foretell them and no part of the tile is safe.</summary>
/// <remarks>
/// <para>The tile is cut into as many strata of equal area as there are crops; in each stratum one pixel is drawn evenly, and a crop is laid over it at an evenly drawn offset (pushed back inside at the
/// tile's edge). A set of pixels with share g of the tile is therefore touched with probability 1 - Π(1 - g_s) ≥ 1 - (1 - g)^n, where g_s are its shares of the strata.</para>
/// <para>O(crops) time. Stateless and safe to call from any thread, as far as the given <see cref="Random"/> is.</para>
/// </remarks>
public static class CropPlanner
{
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
        ArgumentOutOfRangeException.ThrowIfLessThan(tileWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cropWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cropHeight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cropWidth, tileWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cropHeight, tileHeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var crops = new CropRegion[count];
        DrawStrata(crops, 0, 0, tileWidth, tileHeight, (tileWidth, tileHeight, cropWidth, cropHeight), fraction);
        return new CropPlan(tileWidth, tileHeight, Array.AsReadOnly(crops));
    }

    // Cuts the longer side in proportion to the crops on either side of the cut, so that all strata have one area.
    private static void DrawStrata(
        Span<CropRegion> crops, double x, double y, double width, double height, (int TileWidth, int TileHeight, int Width, int Height) sizes, Func<double> fraction)
    {
        if (crops.Length == 1)
        {
            crops[0] = new CropRegion(
                Place(x + (fraction() * width), sizes.Width, sizes.TileWidth, fraction()),
                Place(y + (fraction() * height), sizes.Height, sizes.TileHeight, fraction()),
                sizes.Width,
                sizes.Height);
            return;
        }

        int first = crops.Length / 2;
        double share = (double)first / crops.Length;
        if (width >= height)
        {
            DrawStrata(crops[..first], x, y, width * share, height, sizes, fraction);
            DrawStrata(crops[first..], x + (width * share), y, width * (1 - share), height, sizes, fraction);
        }
        else
        {
            DrawStrata(crops[..first], x, y, width, height * share, sizes, fraction);
            DrawStrata(crops[first..], x, y + (height * share), width, height * (1 - share), sizes, fraction);
        }
    }

    private static int Place(double target, int size, int tileSize, double offset)
    {
        int pixel = Math.Min((int)target, tileSize - 1);
        return Math.Clamp(pixel - (int)(offset * size), 0, tileSize - size);
    }

    private static double SecureFraction()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
