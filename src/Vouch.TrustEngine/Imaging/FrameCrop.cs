namespace Vouch.TrustEngine.Imaging;

/// <summary>One crop of a frame or tile: what the worker sent and what the verifier rendered itself, with secret seeds, at the promised settings.</summary>
/// <remarks>Holds on to the given memory without copying: it must not change while a check runs.</remarks>
public sealed class FrameCrop
{
    /// <summary>The greatest number of verifier renders of a crop.</summary>
    public const int MaxRenders = 8;

    /// <summary>Initializes a crop.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="candidate">The worker's pixels. Any length is taken: a wrong one is a verdict, not an error.</param>
    /// <param name="renders">The verifier's 1 to <see cref="MaxRenders"/> independent renders of the same crop, each of the shape's length; copied as a list. With one render noise is compared by its finest detail only: two are the sensible least.</param>
    /// <exception cref="ArgumentNullException"><paramref name="renders"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no or too many renders, one has another length, or the shape is the default value.</exception>
    public FrameCrop(ImageShape shape, ReadOnlyMemory<float> candidate, params IReadOnlyList<ReadOnlyMemory<float>> renders)
    {
        ArgumentNullException.ThrowIfNull(renders);
        if (shape.Length == 0)
        {
            throw new ArgumentException("The shape has no pixels.", nameof(shape));
        }

        if (renders.Count is < 1 or > MaxRenders)
        {
            throw new ArgumentException($"A crop takes 1 to {MaxRenders} renders of the verifier, not {renders.Count}.", nameof(renders));
        }

        Shape = shape;
        Candidate = candidate;
        Renders = Array.AsReadOnly(renders.ToArray());
        foreach (ReadOnlyMemory<float> render in Renders)
        {
            if (render.Length != shape.Length)
            {
                throw new ArgumentException($"A render of shape {shape} holds {shape.Length} values, not {render.Length}.", nameof(renders));
            }
        }
    }

    /// <summary>Initializes a crop whose place in the frame is known, so that pixels which several crops of a check share count once.</summary>
    /// <param name="region">Its place in the frame.</param>
    /// <param name="channels">Values per pixel, 1 to <see cref="ImageShape.MaxChannels"/>.</param>
    /// <param name="candidate">The worker's pixels. Any length is taken: a wrong one is a verdict, not an error.</param>
    /// <param name="renders">The verifier's 1 to <see cref="MaxRenders"/> independent renders of the same crop; copied as a list.</param>
    /// <exception cref="ArgumentNullException"><paramref name="renders"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no or too many renders, one has another length, or the region or channels are out of range.</exception>
    public FrameCrop(CropRegion region, int channels, ReadOnlyMemory<float> candidate, params IReadOnlyList<ReadOnlyMemory<float>> renders)
        : this(new ImageShape(region.Width, region.Height, channels), candidate, renders) => Region = region;

    /// <summary>Gets the place of the crop in the frame, or null where it was not told.</summary>
    public CropRegion? Region { get; }

    /// <summary>Gets the shape of the crop.</summary>
    public ImageShape Shape { get; }

    /// <summary>Gets the worker's pixels.</summary>
    public ReadOnlyMemory<float> Candidate { get; }

    /// <summary>Gets the verifier's renders.</summary>
    public IReadOnlyList<ReadOnlyMemory<float>> Renders { get; }
}
