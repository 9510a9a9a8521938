namespace Vouch.TrustEngine.Imaging;

/// <summary>Turns the pixels of one crop into scores. Every scale and weight is a symmetric function of candidate and renders, so the scores stay exchangeable.</summary>
internal sealed class FrameFeatureReader
{
    private const int FineBlock = 2;
    private const int StructureBlock = 4;
    private const double Clip = 4;
    private const double OutlierCap = 30;

    // Standard deviation of the noise that drowns rounding, in tolerances: errors of one tolerance in every tenth value then go unseen by some thousand pixels.
    private const double DitherScale = 1.5;

    private readonly FrameCheckOptions _options;
    private readonly int _width;
    private readonly int _height;
    private readonly int _channels;
    private readonly int _labels;
    private readonly double[][] _raw;       // per image: pixels * channels
    private readonly double[][] _white;     // the same after whitening
    private readonly bool[] _tie;           // per pixel: all images agree within the tolerance

    public FrameFeatureReader(FrameCrop crop, int index, FrameCheckOptions options)
    {
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
            Dither(_raw[label], (ulong)((index * (FrameCrop.MaxRenders + 1)) + label));
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

    // Every image gets noise of its own, a little larger than the tolerance: rounding is drowned in it, and all images stay exchangeable.
    private void Dither(double[] image, ulong stream)
    {
        ulong state = (stream + 1) * 0x9E3779B97F4A7C15UL;
        for (int at = 0; at < image.Length; at += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - Fraction(ref state))), angle = 2 * Math.PI * Fraction(ref state);
            image[at] += DitherScale * Tolerance(image[at]) * radius * Math.Cos(angle);
            if (at + 1 < image.Length)
            {
                image[at + 1] += DitherScale * Tolerance(image[at + 1]) * radius * Math.Sin(angle);
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

    private void ReadEnergies(FrameFeatures features)
    {
        int block = _options.ExchangeBlock;
        double[] outlierWeights = OutlierWeights(), outliers = new double[_labels];
        double[] noise = new double[_labels], difference = new double[_labels], energy = new double[_labels];
        for (int top = 0; top < _height; top += block)
        {
            for (int left = 0; left < _width; left += block)
            {
                Array.Clear(noise);
                Array.Clear(outliers);
                Array.Clear(difference);
                Array.Clear(energy);
                int bottom = Math.Min(top + block, _height), right = Math.Min(left + block, _width);
                for (int y = top; y < bottom; y++)
                {
                    for (int x = left; x < right; x++)
                    {
                        int pixel = (y * _width) + x;
                        AddPixel(pixel, 1, noise, features.Noise);
                        AddPixel(pixel, outlierWeights[pixel], outliers, features.Outliers);
                    }
                }

                for (int y = top; y + 1 < bottom; y += FineBlock)
                {
                    for (int x = left; x + 1 < right; x += FineBlock)
                    {
                        AddDetail((y * _width) + x, difference, energy, features);
                    }
                }

                features.Noise.Table.Add(noise);
                features.Outliers.Table.Add(outliers);
                features.DetailDifference.Table.Add(difference);
                features.DetailEnergy.Table.Add(energy);
            }
        }
    }

    private void AddPixel(int pixel, double weight, double[] scores, EnergyScores into)
    {
        Span<double> squares = stackalloc double[FrameCrop.MaxRenders + 1];
        squares = squares[.._labels];
        if (!_tie[pixel] && weight > 0)
        {
            SquaredDeviations(pixel, squares);
            AddShares(squares, weight, scores, into);
        }
    }

    private double SquaredDeviations(int pixel, Span<double> squares)
    {
        squares.Clear();
        double sum = 0;
        for (int at = pixel * _channels; at < (pixel + 1) * _channels; at++)
        {
            double mean = 0;
            foreach (double[] image in _white)
            {
                mean += image[at] / _labels;
            }

            for (int label = 0; label < _labels; label++)
            {
                double deviation = _white[label][at] - mean;
                squares[label] += deviation * deviation;
                sum += deviation * deviation;
            }
        }

        return sum;
    }

    // How far a pixel's deviations stand out among its neighbours', so that sparse but gross differences (edges, patches) count; bounded, so that single bright samples do not decide.
    private double[] OutlierWeights()
    {
        double[] weights = new double[_tie.Length], spreads = new double[_tie.Length];
        Span<double> squares = stackalloc double[FrameCrop.MaxRenders + 1];
        double mean = 0;
        for (int pixel = 0; pixel < _tie.Length; pixel++)
        {
            spreads[pixel] = _tie[pixel] ? 0 : SquaredDeviations(pixel, squares[.._labels]);
            mean += Math.Sqrt(spreads[pixel]) / _tie.Length;
        }

        for (int pixel = 0; pixel < _tie.Length; pixel++)
        {
            double usual = Math.Max(LocalMedian(spreads, _width, _height, pixel), 0.01 * mean * mean);
            weights[pixel] = usual > 0 ? Math.Min(spreads[pixel] / usual, OutlierCap) : 0;
        }

        return weights;
    }

    // The three finest Haar coefficients of a block of 2 x 2 pixels, all channels.
    private void AddDetail(int pixel, double[] difference, double[] energy, FrameFeatures features)
    {
        if (_tie[pixel] && _tie[pixel + 1] && _tie[pixel + _width] && _tie[pixel + _width + 1])
        {
            return;
        }

        Span<double> squares = stackalloc double[FrameCrop.MaxRenders + 1];
        Span<double> energies = stackalloc double[FrameCrop.MaxRenders + 1];
        Span<double> details = stackalloc double[FrameCrop.MaxRenders + 1];
        squares = squares[.._labels];
        energies = energies[.._labels];
        squares.Clear();
        energies.Clear();
        for (int channel = 0; channel < _channels; channel++)
        {
            int at = (pixel * _channels) + channel, beside = at + _channels, below = at + (_width * _channels), across = below + _channels;
            for (int kind = 0; kind < 3; kind++)
            {
                double mean = 0;
                for (int label = 0; label < _labels; label++)
                {
                    double[] image = _white[label];
                    details[label] = kind switch
                    {
                        0 => image[at] - image[beside] + image[below] - image[across],
                        1 => image[at] + image[beside] - image[below] - image[across],
                        _ => image[at] - image[beside] - image[below] + image[across],
                    };
                    mean += details[label] / _labels;
                }

                for (int label = 0; label < _labels; label++)
                {
                    double deviation = details[label] - mean;
                    squares[label] += deviation * deviation;
                    energies[label] += details[label] * details[label];
                }
            }
        }

        AddShares(squares, 1, difference, features.DetailDifference);
        AddShares(energies, 1, energy, features.DetailEnergy);
    }

    private void ReadStructure(EnergyScores structure)
    {
        int block = Math.Max(StructureBlock, _options.ExchangeBlock);
        double[] scores = new double[_labels], squares = new double[_labels], means = new double[_labels];
        for (int top = 0; top < _height; top += block)
        {
            for (int left = 0; left < _width; left += block)
            {
                int bottom = Math.Min(top + block, _height), right = Math.Min(left + block, _width);
                Array.Clear(scores);
                Array.Clear(squares);
                bool tie = true;
                for (int channel = 0; channel < _channels; channel++)
                {
                    Array.Clear(means);
                    double mean = 0;
                    for (int y = top; y < bottom; y++)
                    {
                        for (int x = left; x < right; x++)
                        {
                            int pixel = (y * _width) + x;
                            tie &= _tie[pixel];
                            for (int label = 0; label < _labels; label++)
                            {
                                means[label] += _white[label][(pixel * _channels) + channel];
                            }
                        }
                    }

                    foreach (double sum in means)
                    {
                        mean += sum / _labels;
                    }

                    for (int label = 0; label < _labels; label++)
                    {
                        squares[label] += (means[label] - mean) * (means[label] - mean);
                    }
                }

                if (!tie)
                {
                    AddShares(squares, 1, scores, structure);
                    structure.Table.Add(scores);
                }
            }
        }
    }

    private void AddShares(ReadOnlySpan<double> squares, double weight, double[] scores, EnergyScores into)
    {
        double sum = 0, spread = 0;
        foreach (double square in squares)
        {
            sum += square;
        }

        if (!(sum > 0) || !double.IsFinite(sum))
        {
            return;
        }

        for (int label = 0; label < _labels; label++)
        {
            double share = squares[label] / sum;
            scores[label] += weight * share;
            spread += (share - (1.0 / _labels)) * (share - (1.0 / _labels)) / _labels;
        }

        into.Count++;
        into.Share += squares[0] / sum;
        into.Variance += spread;
    }

    private void ReadBias(FrameFeatures features)
    {
        int block = _options.ExchangeBlock;
        int columns = ((_width - 1) / block) + 1, rows = ((_height - 1) / block) + 1;
        double[][] means = new double[_labels][];       // per image: units * channels, sums over the unit's pixels that are no ties
        for (int label = 0; label < _labels; label++)
        {
            means[label] = new double[columns * rows * _channels];
            for (int pixel = 0; pixel < _tie.Length; pixel++)
            {
                int unit = (pixel / _width / block * columns) + (pixel % _width / block);
                for (int channel = 0; channel < _channels; channel++)
                {
                    means[label][(unit * _channels) + channel] += _raw[label][(pixel * _channels) + channel];
                }
            }
        }

        bool[] tie = new bool[columns * rows];
        Array.Fill(tie, true);
        for (int pixel = 0; pixel < _tie.Length; pixel++)
        {
            tie[(pixel / _width / block * columns) + (pixel % _width / block)] &= _tie[pixel];
        }

        double[] values = new double[columns * rows * _labels];     // unit by unit, one value per image
        double[] levels = new double[columns * rows];
        for (int channel = -1; channel < features.Colours.Length; channel++)
        {
            // Towards the nearer end of the tolerance: a change within it is never evidence.
            foreach (int side in (ReadOnlySpan<int>)[1, -1])
            {
                for (int unit = 0; unit < levels.Length; unit++)
                {
                    Contrast(means, unit, channel, side, values.AsSpan(unit * _labels, _labels), out levels[unit]);
                    if (tie[unit])
                    {
                        values.AsSpan(unit * _labels, _labels).Clear();
                    }
                }

                BiasScores into = channel < 0 ? features.Brightness : features.Colours[channel];
                into.Signal = ScoreBias(values, levels, columns, side > 0 ? into.Upper : into.Lower);
            }
        }
    }

    // Brightness, or a channel less the brightness at the pixel's own colour; centred between the images.
    private void Contrast(double[][] means, int unit, int channel, int side, Span<double> values, out double level)
    {
        Span<double> brightness = stackalloc double[FrameCrop.MaxRenders + 1];
        double total = 0, totalChannel = 0;
        for (int label = 0; label < _labels; label++)
        {
            ReadOnlySpan<double> pixel = means[label].AsSpan(unit * _channels, _channels);
            brightness[label] = Brightness(pixel);
            total += brightness[label];
            totalChannel += channel < 0 ? 0 : pixel[channel];
        }

        double pixels = _options.ExchangeBlock * _options.ExchangeBlock;
        double slack = pixels * Tolerance(total / _labels / pixels);
        double colour = channel < 0 ? 0 : Math.Abs(total) > 0 ? totalChannel / total : 0;
        if (channel >= 0)
        {
            slack = (pixels * Tolerance(totalChannel / _labels / pixels)) + (Math.Abs(colour) * slack);
        }

        double sum = 0;
        for (int label = 0; label < _labels; label++)
        {
            values[label] = channel < 0 ? brightness[label] : means[label][(unit * _channels) + channel] - (colour * brightness[label]);
            values[label] -= label == 0 ? side * slack : 0;
            sum += values[label];
        }

        for (int label = 0; label < _labels; label++)
        {
            values[label] -= sum / _labels;
        }

        level = (channel < 0 ? total : totalChannel) / _labels;
    }

    private double Brightness(ReadOnlySpan<double> pixel)
    {
        if (_channels == 3)
        {
            return (PlaneReader.Red * pixel[0]) + (PlaneReader.Green * pixel[1]) + (PlaneReader.Blue * pixel[2]);
        }

        double sum = 0;
        foreach (double value in pixel)
        {
            sum += value;
        }

        return sum / _channels;
    }

    private double ScoreBias(double[] values, double[] levels, int columns, ScoreTable into)
    {
        int units = levels.Length, rows = units / columns;
        double[] spreads = new double[units];
        double meanSpread = 0, meanLevel = 0;
        for (int unit = 0; unit < units; unit++)
        {
            foreach (double value in values.AsSpan(unit * _labels, _labels))
            {
                spreads[unit] += Math.Abs(value) / _labels;
            }

            meanSpread += spreads[unit] / units;
            meanLevel += Math.Abs(levels[unit]) / units;
        }

        double[] scales = new double[units], weights = new double[units];
        for (int unit = 0; unit < units; unit++)
        {
            scales[unit] = Math.Max(LocalMedian(spreads, columns, rows, unit), 0.05 * meanSpread);
            weights[unit] = scales[unit] > 0 ? (Math.Abs(levels[unit]) + (0.1 * meanLevel)) / scales[unit] : 0;
        }

        double[] sorted = [.. weights.Where(static weight => weight > 0).Order()];
        double cap = sorted.Length == 0 ? 0 : 4 * sorted[sorted.Length / 2];
        double[] scores = new double[_labels];
        double signal = 0;
        for (int unit = 0; unit < units; unit++)
        {
            double weight = Math.Min(weights[unit], cap);
            if (weight == 0)
            {
                continue;
            }

            for (int label = 0; label < _labels; label++)
            {
                scores[label] = weight * Math.Clamp(values[(unit * _labels) + label] / scales[unit], -Clip, Clip);
            }

            into.Add(scores);
            signal += weight * levels[unit] / scales[unit];
        }

        return signal;
    }

    // The median spread of the 5 x 5 units around one: noise changes slowly over a picture, single bright samples do not move it.
    private static double LocalMedian(double[] spreads, int columns, int rows, int unit)
    {
        Span<double> near = stackalloc double[25];
        int count = 0, column = unit % columns, row = unit / columns;
        for (int y = Math.Max(0, row - 2); y <= Math.Min(rows - 1, row + 2); y++)
        {
            for (int x = Math.Max(0, column - 2); x <= Math.Min(columns - 1, column + 2); x++)
            {
                near[count++] = spreads[(y * columns) + x];
            }
        }

        near = near[..count];
        near.Sort();
        return near[count / 2];
    }
}
