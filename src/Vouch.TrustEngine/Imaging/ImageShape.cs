namespace Vouch.TrustEngine.Imaging;

/// <summary>The shape of an image that lies in memory row after row, the channels of a pixel side by side: <c>values[(y * Width + x) * Channels + c]</c>.</summary>
/// <remarks>Immutable and safe to share. The default value has no pixels and fits no image.</remarks>
public readonly record struct ImageShape
{
    /// <summary>The greatest number of channels of a pixel.</summary>
    public const int MaxChannels = 16;

    /// <summary>Initializes a shape.</summary>
    /// <param name="width">Pixels per row, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="channels">Values per pixel, 1 to <see cref="MaxChannels"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or the image would hold more than <see cref="int.MaxValue"/> values.</exception>
    public ImageShape(int width, int height, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, MaxChannels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)width * height * channels, int.MaxValue, nameof(width));
        Width = width;
        Height = height;
        Channels = channels;
    }

    /// <summary>Gets the pixels per row.</summary>
    public int Width { get; }

    /// <summary>Gets the rows.</summary>
    public int Height { get; }

    /// <summary>Gets the values per pixel.</summary>
    public int Channels { get; }

    /// <summary>Gets the pixels of the image.</summary>
    public int Pixels => Width * Height;

    /// <summary>Gets the values of the image.</summary>
    public int Length => Width * Height * Channels;

    /// <summary>Returns width, height and channels.</summary>
    public override string ToString() => FormattableString.Invariant($"{Width}x{Height}x{Channels}");
}
