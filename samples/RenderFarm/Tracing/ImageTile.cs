namespace RenderFarm.Tracing;

/// <summary>A rendered part of a picture.</summary>
/// <param name="Region">Which pixels of the picture.</param>
/// <param name="Rgb">Linear radiance, row-major, three floats (red, green, blue) per pixel; <c>3 * Width * Height</c> of them.</param>
/// <param name="Samples">The number of paths traced for it in total.</param>
internal sealed record ImageTile(Rect Region, float[] Rgb, long Samples)
{
    /// <summary>The number of rays that were traced for it; 0 where it was not rendered here.</summary>
    public long Rays { get; init; }

    /// <summary>Copies the part of this tile that covers <paramref name="region"/>, given in the same picture's coordinates.</summary>
    public ImageTile Crop(Rect region)
    {
        var inner = new Rect(region.X - Region.X, region.Y - Region.Y, region.Width, region.Height);
        if (!inner.IsInside(Region.Width, Region.Height))
        {
            throw new ArgumentOutOfRangeException(nameof(region), region, $"The crop must lie inside the tile {Region}.");
        }

        float[] rgb = new float[3 * region.PixelCount];
        for (int row = 0; row < region.Height; row++)
        {
            Rgb.AsSpan(3 * (((inner.Y + row) * Region.Width) + inner.X), 3 * region.Width).CopyTo(rgb.AsSpan(3 * row * region.Width));
        }

        return new ImageTile(region, rgb, Samples * region.PixelCount / Math.Max(1, Region.PixelCount));
    }
}
