namespace Vouch.TrustEngine.Imaging;

public static partial class CropPlanner
{
    private const int PatchPositions = 4096;

    /// <summary>The probability that no crop of a plan covers enough of a rectangular patch which was put anywhere in the tile, every place being equally likely.</summary>
    /// <param name="tileWidth">The tile's width in pixels, 1 or more.</param>
    /// <param name="tileHeight">The tile's height in pixels, 1 or more.</param>
    /// <param name="cropWidth">The crops' width in pixels, 1 to the tile's.</param>
    /// <param name="cropHeight">The crops' height in pixels, 1 to the tile's.</param>
    /// <param name="count">The number of crops, 1 or more.</param>
    /// <param name="patchWidth">The patch's width in pixels, 1 to the tile's.</param>
    /// <param name="patchHeight">The patch's height in pixels, 1 to the tile's.</param>
    /// <param name="leastPixels">How many of its pixels one crop must hold to show the patch, 1 or more.</param>
    /// <returns>The probability. Exact over places for tiles with up to 4,096 places of the patch and as many even places else; crops of different strata are taken for independent, which they are while crops have room in their strata.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>O(places × crops × crop side²) time at worst.</remarks>
    public static double MissProbability(int tileWidth, int tileHeight, int cropWidth, int cropHeight, int count, int patchWidth, int patchHeight, int leastPixels = 1)
    {
        Require(tileWidth, tileHeight, cropWidth, cropHeight, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(patchWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(patchHeight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(patchWidth, tileWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(patchHeight, tileHeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(leastPixels, 1);
        var strata = new (double[] Columns, double[] Rows)[count];
        Strata(strata, 0, 0, tileWidth, tileHeight, (x, width, y, height) => (Positions(x, width, cropWidth, tileWidth), Positions(y, height, cropHeight, tileHeight)));

        int across = tileWidth - patchWidth + 1, down = tileHeight - patchHeight + 1;
        int columns = Math.Min(across, Math.Max(1, (int)Math.Sqrt((double)PatchPositions * across / down))), rows = Math.Min(down, Math.Max(1, PatchPositions / columns));
        double missed = 0;
        for (int place = 0; place < columns * rows; place++)
        {
            int x = (int)(((place % columns) + 0.5) * across / columns), y = (int)(((place / columns) + 0.5) * down / rows);
            double miss = 1;
            foreach ((double[] columnPositions, double[] rowPositions) in strata)
            {
                miss *= 1 - Touch(columnPositions, rowPositions, x, patchWidth, cropWidth, y, patchHeight, cropHeight, leastPixels);
            }

            missed += miss;
        }

        return missed / (columns * rows);
    }

    private static double Touch(double[] columns, double[] rows, int x, int patchWidth, int cropWidth, int y, int patchHeight, int cropHeight, int leastPixels)
    {
        double touched = 0;
        for (int left = Math.Max(0, x - cropWidth + 1); left < Math.Min(columns.Length, x + patchWidth); left++)
        {
            if (columns[left] == 0)
            {
                continue;
            }

            int width = Math.Min(left + cropWidth, x + patchWidth) - Math.Max(left, x), needed = ((leastPixels - 1) / width) + 1;
            if (needed > Math.Min(cropHeight, patchHeight))
            {
                continue;
            }

            for (int top = Math.Max(0, y - cropHeight + needed); top <= Math.Min(rows.Length - 1, y + patchHeight - needed); top++)
            {
                touched += columns[left] * rows[top];
            }
        }

        return Math.Min(1, touched);
    }

    // How probable each position of a crop is along one side, as Place draws it.
    private static double[] Positions(double start, double length, int size, int tileSize)
    {
        double[] positions = new double[tileSize - size + 1];
        for (int pixel = (int)start; pixel < Math.Min(tileSize, start + length); pixel++)
        {
            double share = (Math.Min(pixel + 1, start + length) - Math.Max(pixel, start)) / length;
            for (int offset = 0; offset < size && share > 0; offset++)
            {
                positions[Place(pixel, (start, length), size, tileSize, (offset + 0.5) / size)] += share / size;
            }
        }

        return positions;
    }

    private static void Strata<T>(Span<T> strata, double x, double y, double width, double height, Func<double, double, double, double, T> make)
    {
        if (strata.Length == 1)
        {
            strata[0] = make(x, width, y, height);
            return;
        }

        int first = strata.Length / 2;
        double share = (double)first / strata.Length;
        if (width >= height)
        {
            Strata(strata[..first], x, y, width * share, height, make);
            Strata(strata[first..], x + (width * share), y, width * (1 - share), height, make);
        }
        else
        {
            Strata(strata[..first], x, y, width, height * share, make);
            Strata(strata[first..], x, y + (height * share), width, height * (1 - share), make);
        }
    }

    private static void Require(int tileWidth, int tileHeight, int cropWidth, int cropHeight, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tileWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cropWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cropHeight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cropWidth, tileWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cropHeight, tileHeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
    }
}
