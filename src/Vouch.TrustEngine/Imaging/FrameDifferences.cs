namespace Vouch.TrustEngine.Imaging;

/// <summary>The differences of two renders, and how far those of neighbouring pixels agree in a tile.</summary>
internal sealed class FrameDifferences
{
    private readonly float[] _values;
    private readonly ImageShape _shape;

    public FrameDifferences(ImageShape shape, ReadOnlySpan<float> candidate, ReadOnlySpan<float> render, FrameCheckOptions options)
    {
        _shape = shape;
        _values = new float[shape.Length];
        for (int at = 0; at < _values.Length; at++)
        {
            double difference = (double)candidate[at] - render[at], tolerance = options.AbsoluteTolerance + (options.RelativeTolerance * Math.Max(Math.Abs(candidate[at]), Math.Abs(render[at])));
            _values[at] = Math.Abs(difference) <= tolerance ? 0 : (float)difference;
        }
    }

    public double MeanAbsolute(CropRegion region)
    {
        double sum = 0;
        for (int y = region.Y; y < region.Y + region.Height; y++)
        {
            for (int at = ((y * _shape.Width) + region.X) * _shape.Channels; at < ((y * _shape.Width) + region.X + region.Width) * _shape.Channels; at++)
            {
                sum += Math.Abs(_values[at]);
            }
        }

        return sum / ((double)region.Pixels * _shape.Channels);
    }

    /// <summary>The larger of the two colours' scores; 0 where nothing differs.</summary>
    public double Score(int left, int top, int side)
    {
        int channels = _shape.Channels, count = side * side;
        Span<float> bounded = count * channels <= 4096 ? stackalloc float[count * channels] : new float[count * channels];
        Span<float> magnitudes = count <= 4096 ? stackalloc float[count] : new float[count];
        bool any = false;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int pixel = 0; pixel < count; pixel++)
            {
                float value = _values[((((top + (pixel / side)) * _shape.Width) + left + (pixel % side)) * channels) + channel];
                bounded[(pixel * channels) + channel] = value;
                magnitudes[pixel] = Math.Abs(value);
            }

            // An odd function with a scale that no sign changes: the differences stay symmetric, and no single one decides.
            magnitudes.Sort();
            float scale = magnitudes[count / 2] > 0 ? magnitudes[count / 2] : magnitudes[^1];
            any |= scale > 0;
            for (int at = channel; at < bounded.Length && scale > 0; at += channels)
            {
                bounded[at] /= Math.Abs(bounded[at]) + scale;
            }
        }

        return any ? Math.Max(Agreement(bounded, side, channels, 0), Agreement(bounded, side, channels, 1)) : 0;
    }

    private static double Agreement(ReadOnlySpan<float> values, int side, int channels, int colour)
    {
        double sum = 0, squares = 0;
        for (int y = 0; y < side; y++)
        {
            for (int x = (y + colour) & 1; x < side; x += 2)
            {
                int at = ((y * side) + x) * channels;
                double product = 0;
                for (int channel = 0; channel < channels; channel++)
                {
                    int here = at + channel;
                    double near = (x > 0 ? values[here - channels] : 0) + (x < side - 1 ? values[here + channels] : 0)
                        + (y > 0 ? values[here - (side * channels)] : 0) + (y < side - 1 ? values[here + (side * channels)] : 0);
                    product += values[here] * near;
                }

                sum += product;
                squares += product * product;
            }
        }

        return squares > 0 ? sum / Math.Sqrt(squares) : 0;
    }
}
