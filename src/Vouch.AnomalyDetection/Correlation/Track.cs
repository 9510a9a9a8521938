using Vouch.Statistics.Distributions;

namespace Vouch.AnomalyDetection.Correlation;

/// <summary>What was learnt of one quantity, and how surprising a mean over a short window is.</summary>
internal sealed class Track
{
    /// <summary>Below this the autocorrelation counts as gone.</summary>
    private const double Gone = 0.05;

    private readonly double _window;
    private readonly double _level;
    private readonly double _estimate;
    private readonly double _freedom;

    public Track(ReadOnlySpan<double> learnt, int window)
    {
        foreach (double value in learnt)
        {
            _level += value / learnt.Length;
        }

        double variance = Autocovariance(learnt, _level, 0);
        double time = CorrelationTime(learnt, _level, variance);

        // Rows that resemble each other tell less: so many of them are worth one, and with few left the level itself is uncertain and the tails are heavy.
        double worth = Math.Max(1.5, learnt.Length / time);
        _freedom = Math.Max(1, worth - 1);
        if (!(variance > 0))
        {
            // A metric that never moved: any move beyond rounding is news.
            variance = Math.Max(_level * _level, 1) * 1e-18;
        }

        _window = variance * Math.Min(1, time / window);
        _estimate = variance / worth;
    }

    /// <summary>The chance of a window mean at least so far from the level, to either side.</summary>
    /// <param name="mean">The mean over the window.</param>
    /// <param name="leverage">For a prediction from others, how far those are from where the prediction was learnt: their squared Mahalanobis distance.</param>
    public double PValue(double mean, double leverage)
    {
        double deviation = Math.Abs(mean - _level) / Math.Sqrt(_window + (_estimate * (1 + leverage)));
        return double.IsFinite(deviation) ? Math.Min(1, 2 * StudentTDistribution.UpperTail(deviation, _freedom)) : 0;
    }

    private static double CorrelationTime(ReadOnlySpan<double> values, double level, double variance)
    {
        double time = 1;
        for (int lag = 1; lag < values.Length / 2 && variance > 0; lag++)
        {
            double correlation = Autocovariance(values, level, lag) / variance;
            if (correlation < Gone)
            {
                break;
            }

            time += 2 * correlation;
        }

        return time;
    }

    private static double Autocovariance(ReadOnlySpan<double> values, double level, int lag)
    {
        double sum = 0;
        for (int i = lag; i < values.Length; i++)
        {
            sum += (values[i] - level) * (values[i - lag] - level);
        }

        return sum / values.Length;
    }
}
