namespace Vouch.TrustEngine.Imaging;

/// <summary>Turns the pixels of one crop into scores. Every scale and weight is a symmetric function of candidate and renders, so the scores stay exchangeable.</summary>
internal sealed partial class FrameFeatureReader
{
    private const int FineBlock = 2;
    private const int StructureBlock = 4;
    private const double Clip = 4;
    private const double OutlierCap = 30;

    // In tolerances: the standard deviation of the noise that all images get, and that of the errors which a candidate may have beyond the renders'.
    private const double DitherScale = 1;
    private const double ErrorScale = 0.4;

    private readonly FrameCheckOptions _options;
    private readonly int _side;
    private readonly int _width;
    private readonly int _height;
    private readonly int _channels;
    private readonly int _labels;
    private readonly double[][] _raw;       // per image: pixels * channels
    private readonly double[][] _white;     // the same after whitening
    private readonly bool[] _tie;           // per pixel: no evidence, as all images agree within the tolerance or another crop counts the pixel

    /// <param name="crops">All crops of the check.</param>
    /// <param name="index">The crop to read.</param>
    /// <param name="side">1 for scores whose upper tail counts, -1 for the lower: the candidate gets the benefit of the tolerance on that side.</param>
    /// <param name="options">The tolerance and the exchange block.</param>
    public FrameFeatureReader(IReadOnlyList<FrameCrop> crops, int index, int side, FrameCheckOptions options)
    {
        _side = side;
        FrameCrop crop = crops[index];
        _options = options;
        _width = crop.Shape.Width;
        _height = crop.Shape.Height;
        _channels = crop.Shape.Channels;
        _labels = crop.Renders.Count + 1;
        _raw = new double[_labels][];
        _white = new double[_labels][];
        _raw[0] = ToDouble(crop.Candidate.Span);
        for (int label = 1; label < _labels; label++)
        {
            _raw[label] = ToDouble(crop.Renders[label - 1].Span);
        }

        _tie = new bool[_width * _height];
        for (int pixel = 0; pixel < _tie.Length; pixel++)
        {
            _tie[pixel] = IsTie(pixel);
        }

        for (int label = 0; label < _labels; label++)
        {
            bool favoured = (label == 0) == (side < 0);
            Dither(_raw[label], favoured ? Math.Sqrt((DitherScale * DitherScale) + (ErrorScale * ErrorScale)) : DitherScale, (ulong)((index * (FrameCrop.MaxRenders + 1)) + label));
        }

        for (int pixel = 0; pixel < _tie.Length; pixel++)
        {
            if (IsSeen(crops, index, pixel))
            {
                Remove(pixel);
            }
        }
    }

    /// <summary>Adds the deviations of all images from the mean of each pixel in which they differ.</summary>
    public void CollectDeviations(List<double> deviations)
    {
        for (int pixel = 0; pixel < _tie.Length; pixel++)
        {
            if (_tie[pixel])
            {
                continue;
            }

            for (int label = 0; label < _labels; label++)
            {
                for (int channel = 0; channel < _channels; channel++)
                {
                    int at = (pixel * _channels) + channel;
                    double mean = 0;
                    for (int other = 0; other < _labels; other++)
                    {
                        mean += _raw[other][at] / _labels;
                    }

                    deviations.Add(_raw[label][at] - mean);
                }
            }
        }
    }

    public FrameFeatures Read(ChannelWhitening whitening)
    {
        for (int label = 0; label < _labels; label++)
        {
            _white[label] = new double[_raw[label].Length];
            for (int at = 0; at < _raw[label].Length; at += _channels)
            {
                whitening.Apply(_raw[label].AsSpan(at, _channels), _white[label].AsSpan(at, _channels));
            }
        }

        var features = new FrameFeatures(_labels, _channels);
        ReadEnergies(features);
        ReadStructure(features.Structure);
        if (_labels > 2)
        {
            ReadNeighbours(features.Neighbours.Table);
        }

        ReadBias(features);
        return features;
    }

    private static double[] ToDouble(ReadOnlySpan<float> values)
    {
        double[] converted = new double[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, converted);
        return converted;
    }

    private double Tolerance(double value) => _options.AbsoluteTolerance + (_options.RelativeTolerance * Math.Abs(value));

    // Every image gets noise of its own, about as large as the tolerance: rounding is drowned in it, and all images stay exchangeable. Where the upper tail counts, the renders get a little more than the
    // candidate, and where the lower tail counts, the candidate: independent errors of 0.4 tolerances (standard deviation) then make it neither noisier nor smoother.
    private void Dither(double[] image, double scale, ulong stream)
    {
        ulong state = (stream + 1) * 0x9E3779B97F4A7C15UL;
        for (int at = 0; at < image.Length; at += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - Fraction(ref state))), angle = 2 * Math.PI * Fraction(ref state);
            image[at] += scale * Tolerance(image[at]) * radius * Math.Cos(angle);
            if (at + 1 < image.Length)
            {
                image[at + 1] += scale * Tolerance(image[at + 1]) * radius * Math.Sin(angle);
            }
        }

        // SplitMix64: the noise must be the same in every run.
        static double Fraction(ref ulong state)
        {
            ulong mixed = state += 0x9E3779B97F4A7C15UL;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }

    // Makes all images agree in a pixel.
    private void Remove(int pixel)
    {
        _tie[pixel] = true;
        foreach (double[] image in _raw)
        {
            image.AsSpan(pixel * _channels, _channels).Clear();
        }
    }

    private bool IsSeen(IReadOnlyList<FrameCrop> crops, int index, int pixel)
    {
        if (crops[index].Region is not { } region)
        {
            return false;
        }

        for (int other = 0; other < index; other++)
        {
            if (crops[other].Region is { } earlier && earlier.Contains(region.X + (pixel % _width), region.Y + (pixel / _width)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsTie(int pixel)
    {
        for (int at = pixel * _channels; at < (pixel + 1) * _channels; at++)
        {
            double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
            foreach (double[] image in _raw)
            {
                lowest = Math.Min(lowest, image[at]);
                highest = Math.Max(highest, image[at]);
            }

            if (highest - lowest > Math.Max(Tolerance(lowest), Tolerance(highest)))
            {
                return false;
            }
        }

        return true;
    }
}
