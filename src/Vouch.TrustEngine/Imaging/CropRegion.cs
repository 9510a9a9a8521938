namespace Vouch.TrustEngine.Imaging;

/// <summary>A rectangle of pixels.</summary>
/// <param name="X">The leftmost column, from 0.</param>
/// <param name="Y">The topmost row, from 0.</param>
/// <param name="Width">Columns, 1 or more.</param>
/// <param name="Height">Rows, 1 or more.</param>
public readonly record struct CropRegion(int X, int Y, int Width, int Height)
{
    /// <summary>Gets the pixels in the rectangle.</summary>
    public int Pixels => Width * Height;

    /// <summary>Whether a pixel lies in the rectangle.</summary>
    /// <param name="x">The pixel's column.</param>
    /// <param name="y">The pixel's row.</param>
    public bool Contains(int x, int y) => x >= X && x < X + Width && y >= Y && y < Y + Height;

    /// <summary>The pixels that lie in both rectangles.</summary>
    /// <param name="other">The other rectangle.</param>
    /// <returns>0 or more.</returns>
    public int Overlap(CropRegion other)
    {
        int width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        int height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /// <summary>Copies the rectangle's pixels out of an image.</summary>
    /// <param name="image">The image's values, row-major, channels side by side.</param>
    /// <param name="shape">The image's shape.</param>
    /// <returns>The pixels, row-major.</returns>
    /// <exception cref="ArgumentException">The image has another length than its shape, or the rectangle reaches past it.</exception>
    public float[] CopyFrom(ReadOnlySpan<float> image, ImageShape shape)
    {
        if (image.Length != shape.Length)
        {
            throw new ArgumentException($"An image of shape {shape} holds {shape.Length} values, not {image.Length}.", nameof(image));
        }

        if (X < 0 || Y < 0 || Width < 1 || Height < 1 || X + Width > shape.Width || Y + Height > shape.Height)
        {
            throw new ArgumentException($"{this} reaches past an image of shape {shape}.", nameof(shape));
        }

        float[] pixels = new float[Pixels * shape.Channels];
        int rowLength = Width * shape.Channels;
        for (int row = 0; row < Height; row++)
        {
            image.Slice((((Y + row) * shape.Width) + X) * shape.Channels, rowLength).CopyTo(pixels.AsSpan(row * rowLength));
        }

        return pixels;
    }
}
