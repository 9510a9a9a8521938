namespace Vouch.TrustEngine.Imaging;

internal sealed partial class FrameFeatureReader
{
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
}
