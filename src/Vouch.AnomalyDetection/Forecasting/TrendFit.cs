using Vouch.Statistics.Location;
using Vouch.Statistics.Scale;

namespace Vouch.AnomalyDetection.Forecasting;

/// <summary>A straight line through a series and how well it is known.</summary>
internal sealed class TrendFit
{
    private const double Gone = 0.05;

    private readonly double _level;
    private readonly double _last;
    private readonly double _centre;
    private readonly double _spread;
    private readonly double _noise;
    private readonly double _worth;

    private TrendFit(double level, double slope, double centre, double spread, double last, double noise, double worth, double largestSeason)
    {
        _level = level;
        Slope = slope;
        _centre = centre;
        _spread = spread;
        _last = last;
        _noise = noise;
        _worth = worth;
        LargestSeason = largestSeason;
    }

    public double Slope { get; }

    /// <summary>The largest excess of the season over the trend, which reaches a limit before the trend does; 0 without a season.</summary>
    public double LargestSeason { get; }

    public double Freedom => Math.Max(1, _worth - 2);

    public double SlopeError => Math.Sqrt(_noise / (_spread * _worth));

    public static TrendFit Of(double[] series, int period, double tuning)
    {
        double[] weights = Start(series, tuning);
        double[] season = new double[Math.Max(1, period)];
        double[] residuals = new double[series.Length];
        (double level, double slope, double centre, double spread) = (0, 0, 0, 0);
        for (int round = 0; round < 3; round++)
        {
            (level, slope, centre, spread) = Line(series, season, weights);
            for (int i = 0; i < series.Length; i++)
            {
                residuals[i] = series[i] - level - (slope * (i - centre));
            }

            if (period >= 2 && series.Length >= 2 * period)
            {
                Profile(residuals, weights, season);
            }

            for (int i = 0; i < series.Length; i++)
            {
                residuals[i] -= season[i % season.Length];
            }

            Weigh(residuals, tuning, weights);
        }

        return Measured(level, slope, centre, spread, residuals, weights, season.Max());
    }

    public double At(double ahead) => _level + (Slope * (_last + ahead - _centre));

    /// <summary>The standard error of a value so many rows ahead: its own noise and the line's uncertainty.</summary>
    public double PredictionError(double ahead)
    {
        double distance = _last + ahead - _centre;
        return Math.Sqrt(_noise * (1 + (1 / _worth) + (distance * distance / (_spread * _worth))));
    }

    /// <summary>Weights about a line through the medians of the first and the last third (Tukey), which no lone row can tilt.</summary>
    private static double[] Start(double[] series, double tuning)
    {
        int[] known = [.. Enumerable.Range(0, series.Length).Where(i => !double.IsNaN(series[i]))];
        int third = Math.Max(1, known.Length / 3);
        (double leftRow, double left) = Middle(known[..third]);
        (double rightRow, double right) = Middle(known[^third..]);
        double slope = rightRow > leftRow ? (right - left) / (rightRow - leftRow) : 0;
        double[] residuals = [.. series.Select((value, i) => value - (slope * i))];
        double level = Quantile.Median([.. known.Select(i => residuals[i])]);
        for (int i = 0; i < residuals.Length; i++)
        {
            residuals[i] -= level;
        }

        double[] weights = new double[series.Length];
        Weigh(residuals, tuning, weights);
        return weights;

        (double Row, double Value) Middle(int[] rows) => (Quantile.Median([.. rows.Select(static i => (double)i)]), Quantile.Median([.. rows.Select(i => series[i])]));
    }

    /// <summary>Huber's weights: 1 within the tuning constant's number of deviations, beyond that falling with the distance.</summary>
    private static void Weigh(double[] residuals, double tuning, double[] weights)
    {
        double scale = MedianAbsoluteDeviation.About([.. residuals.Where(static value => !double.IsNaN(value))], 0);
        for (int i = 0; i < residuals.Length; i++)
        {
            double size = Math.Abs(residuals[i]);
            weights[i] = double.IsNaN(size) ? 0 : scale > 0 && size > tuning * scale ? tuning * scale / size : 1;
        }
    }

    private static (double Level, double Slope, double Centre, double Spread) Line(double[] series, double[] season, double[] weights)
    {
        double total = weights.Sum();
        double centre = 0;
        double level = 0;
        for (int i = 0; i < series.Length; i++)
        {
            centre += weights[i] * i / total;
            level += weights[i] > 0 ? weights[i] * (series[i] - season[i % season.Length]) / total : 0;
        }

        double spread = 0;
        double product = 0;
        for (int i = 0; i < series.Length; i++)
        {
            if (weights[i] > 0)
            {
                spread += weights[i] * (i - centre) * (i - centre) / total;
                product += weights[i] * (i - centre) * (series[i] - season[i % season.Length] - level) / total;
            }
        }

        return (level, spread > 0 ? product / spread : 0, centre, Math.Max(spread, 1e-300));
    }

    private static void Profile(double[] residuals, double[] weights, double[] season)
    {
        double mean = 0;
        for (int phase = 0; phase < season.Length; phase++)
        {
            double sum = 0;
            double total = 0;
            for (int i = phase; i < residuals.Length; i += season.Length)
            {
                sum += weights[i] > 0 ? weights[i] * residuals[i] : 0;
                total += weights[i];
            }

            season[phase] = total > 0 ? sum / total : 0;
            mean += season[phase] / season.Length;
        }

        for (int phase = 0; phase < season.Length; phase++)
        {
            season[phase] -= mean;
        }
    }

    private static TrendFit Measured(double level, double slope, double centre, double spread, double[] residuals, double[] weights, double largestSeason)
    {
        double noise = 0;
        int known = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            if (weights[i] > 0)
            {
                // A far row counts as far as it was drawn in.
                noise += weights[i] * weights[i] * residuals[i] * residuals[i];
                known++;
            }
        }

        double time = 1;
        for (int lag = 1; lag < residuals.Length / 2 && noise > 0; lag++)
        {
            double product = 0;
            for (int i = lag; i < residuals.Length; i++)
            {
                product += weights[i] > 0 && weights[i - lag] > 0 ? weights[i] * residuals[i] * weights[i - lag] * residuals[i - lag] : 0;
            }

            if (product < Gone * noise)
            {
                break;
            }

            time += 2 * product / noise;
        }

        double worth = Math.Max(3, known / time);
        return new TrendFit(level, slope, centre, spread, residuals.Length - 1, noise / Math.Max(1, worth - 2) * worth / known, worth, largestSeason);
    }
}
