namespace Vouch.TrustEngine.Imaging;

internal sealed partial class FrameFeatureReader
{
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
            for (int unit = 0; unit < levels.Length; unit++)
            {
                Contrast(means, unit, channel, values.AsSpan(unit * _labels, _labels), out levels[unit]);
                if (tie[unit])
                {
                    values.AsSpan(unit * _labels, _labels).Clear();
                }
            }

            BiasScores into = channel < 0 ? features.Brightness : features.Colours[channel];
            into.Signal = ScoreBias(values, levels, columns, into.Table);
        }
    }

    // Brightness, or a channel less the brightness at the pixel's own colour; centred between the images. The candidate is moved by the tolerance towards the renders: a change within it is never evidence.
    private void Contrast(double[][] means, int unit, int channel, Span<double> values, out double level)
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
            values[label] -= label == 0 ? _side * slack : 0;
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
