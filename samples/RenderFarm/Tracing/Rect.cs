namespace RenderFarm.Tracing;

/// <summary>A rectangle of pixels; the origin is the picture's upper left corner.</summary>
internal readonly record struct Rect(int X, int Y, int Width, int Height)
{
    public int Right => X + Width;

    public int Bottom => Y + Height;

    public int PixelCount => Width * Height;

    /// <summary>Whether the rectangle has pixels and all of them lie in a picture of the given size.</summary>
    public bool IsInside(int width, int height) => X >= 0 && Y >= 0 && Width > 0 && Height > 0 && X <= width - Width && Y <= height - Height;
}
