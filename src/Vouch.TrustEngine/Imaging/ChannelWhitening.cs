namespace Vouch.TrustEngine.Imaging;

/// <summary>The linear map after which the renders' noise has one size in every channel and no correlation between channels.</summary>
/// <remarks>
/// Tyler's estimate of shape (D. E. Tyler, "A distribution-free M-estimator of multivariate scatter", Annals of Statistics 15(1), 1987): every pixel counts alike however large its noise,
/// so heavy tails and uneven noise do no harm. It is a symmetric function of candidate and renders, which keeps them exchangeable.
/// </remarks>
internal sealed class ChannelWhitening
{
    private const int Rounds = 6;
    private const double Ridge = 1e-4;

    private readonly double[] _lower;
    private readonly int _channels;

    private ChannelWhitening(double[] lower, int channels)
    {
        _lower = lower;
        _channels = channels;
    }

    /// <summary>Learns the map from deviations of images from their pixel's mean, <paramref name="channels"/> values each.</summary>
    public static ChannelWhitening Learn(ReadOnlySpan<double> deviations, int channels)
    {
        double[] lower = Identity(channels);
        double[] scatter = new double[channels * channels];
        double[] whitened = new double[channels];
        for (int round = 0; round < Rounds && channels > 1; round++)
        {
            Array.Clear(scatter);
            int used = 0;
            for (int at = 0; at < deviations.Length; at += channels)
            {
                ReadOnlySpan<double> deviation = deviations.Slice(at, channels);
                Solve(lower, channels, deviation, whitened);
                double square = 0;
                foreach (double value in whitened)
                {
                    square += value * value;
                }

                if (!(square > 0) || !double.IsFinite(square))
                {
                    continue;
                }

                used++;
                for (int row = 0; row < channels; row++)
                {
                    for (int column = 0; column <= row; column++)
                    {
                        scatter[(row * channels) + column] += deviation[row] * (deviation[column] / square);
                    }
                }
            }

            if (used == 0 || !Factor(scatter, channels, lower))
            {
                return new ChannelWhitening(Identity(channels), channels);
            }
        }

        return new ChannelWhitening(lower, channels);
    }

    /// <summary>Maps a pixel's channels.</summary>
    public void Apply(ReadOnlySpan<double> pixel, Span<double> whitened) => Solve(_lower, _channels, pixel, whitened);

    private static double[] Identity(int channels)
    {
        double[] identity = new double[channels * channels];
        for (int i = 0; i < channels; i++)
        {
            identity[(i * channels) + i] = 1;
        }

        return identity;
    }

    private static void Solve(double[] lower, int channels, ReadOnlySpan<double> right, Span<double> solution)
    {
        for (int row = 0; row < channels; row++)
        {
            double value = right[row];
            for (int column = 0; column < row; column++)
            {
                value -= lower[(row * channels) + column] * solution[column];
            }

            solution[row] = value / lower[(row * channels) + row];
        }
    }

    // Cholesky factor of the scatter, scaled to a mean variance of 1 per channel, with a floor under channels without noise.
    private static bool Factor(double[] scatter, int channels, double[] lower)
    {
        double trace = 0;
        for (int i = 0; i < channels; i++)
        {
            trace += scatter[(i * channels) + i] / channels;
        }

        if (!(trace > 0) || !double.IsFinite(trace))
        {
            return false;
        }

        Array.Clear(lower);
        for (int row = 0; row < channels; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double value = (scatter[(row * channels) + column] / trace) + (row == column ? Ridge : 0);
                for (int k = 0; k < column; k++)
                {
                    value -= lower[(row * channels) + k] * lower[(column * channels) + k];
                }

                if (row == column)
                {
                    lower[(row * channels) + row] = Math.Sqrt(Math.Max(value, Ridge * Ridge));
                }
                else
                {
                    lower[(row * channels) + column] = value / lower[(column * channels) + column];
                }
            }
        }

        return true;
    }
}
