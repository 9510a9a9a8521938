namespace Vouch.TrustEngine.Imaging;

internal sealed partial class FrameFeatureReader
{
    // How far an image's deviations in neighbouring pixels agree. A denoiser's errors are spread over its window; those of a renderer are a pixel's own, whatever their size. Every pixel is first divided by the
    // deviations of all images in it, so that bright samples and uneven noise count no more than others.
    private void ReadNeighbours(ScoreTable table)
    {
        int block = Math.Max(StructureBlock, _options.ExchangeBlock);
        double[][] units = UnitDeviations();
        double[] scores = new double[_labels];
        for (int top = 0; top < _height; top += block)
        {
            for (int left = 0; left < _width; left += block)
            {
                int bottom = Math.Min(top + block, _height), right = Math.Min(left + block, _width);
                for (int label = 0; label < _labels; label++)
                {
                    double sum = 0;
                    for (int y = top; y < bottom; y++)
                    {
                        for (int x = left; x < right; x++)
                        {
                            int pixel = (y * _width) + x;
                            sum += x + 1 < right ? Product(units[label], pixel, pixel + 1) : 0;
                            sum += y + 1 < bottom ? Product(units[label], pixel, pixel + _width) : 0;
                        }
                    }

                    scores[label] = sum;
                }

                table.Add(scores);
            }
        }
    }

    private double Product(double[] image, int pixel, int other)
    {
        double sum = 0;
        for (int channel = 0; channel < _channels; channel++)
        {
            sum += image[(pixel * _channels) + channel] * image[(other * _channels) + channel];
        }

        return sum;
    }

    private double[][] UnitDeviations()
    {
        double[][] units = [.. _white.Select(static image => new double[image.Length])];
        for (int pixel = 0; pixel < _tie.Length; pixel++)
        {
            double sum = 0;
            for (int at = pixel * _channels; at < (pixel + 1) * _channels && !_tie[pixel]; at++)
            {
                double mean = 0;
                foreach (double[] image in _white)
                {
                    mean += image[at] / _labels;
                }

                for (int label = 0; label < _labels; label++)
                {
                    units[label][at] = _white[label][at] - mean;
                    sum += units[label][at] * units[label][at];
                }
            }

            double scale = sum > 0 && double.IsFinite(sum) ? 1 / Math.Sqrt(sum) : 0;
            for (int at = pixel * _channels; at < (pixel + 1) * _channels; at++)
            {
                foreach (double[] image in units)
                {
                    image[at] *= scale;
                }
            }
        }

        return units;
    }
}
