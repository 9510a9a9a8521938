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
    private readonly double _seasonShare;

    private TrendFit(double level, double slope, double centre, double spread, double last, double noise, double worth, double largestSeason, double seasonShare)
    {
        _level = level;
        Slope = slope;
        _centre = centre;
        _spread = spread;
        _last = last;
        _noise = noise;
        _worth = worth;
        LargestSeason = largestSeason;
        _seasonShare = seasonShare;
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

        return Measured(level, slope, centre, spread, residuals, weights, season);
    }

    public double At(double ahead) => _level + (Slope * (_last + ahead - _centre));

    /// <summary>The standard error of a value so many rows ahead: its own noise and the line's uncertainty.</summary>
    public double PredictionError(double ahead) => Math.Sqrt(_noise + LineVariance(ahead));

    /// <summary>The standard error of the line so many rows ahead, and of the season's top with it.</summary>
    public double LineError(double ahead) => Math.Sqrt(LineVariance(ahead));

    private double LineVariance(double ahead)
    {
        double distance = _last + ahead - _centre;
        return _noise * ((1 / _worth) + (distance * distance / (_spread * _worth)) + _seasonShare);
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

    private static TrendFit Measured(double level, double slope, double centre, double spread, double[] residuals, double[] weights, double[] season)
    {
        double noise = 0;
        int known = 0;
        int whole = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            if (weights[i] > 0)
            {
                // A far row counts as far as it was drawn in.
                noise += weights[i] * weights[i] * residuals[i] * residuals[i];
                known++;
                whole += weights[i] >= 1 ? 1 : 0;
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
        // The means of the phases take as many degrees of freedom; and rows that were drawn in say less than they seem to (Huber and Ronchetti, section 7.6).
        double phases = season.Length > 1 ? season.Length : 0;
        double inner = Math.Max(0.3, (double)whole / known);
        double variance = noise / (known * inner * inner) * (worth / Math.Max(1, worth - 2)) * (known / Math.Max(1, known - phases));
        double top = phases > 0 ? Top(residuals, weights, season) : 0;
        return new TrendFit(level, slope, centre, spread, residuals.Length - 1, variance, worth, top, top == 0 ? 0 : phases / known);
    }

    /// <summary>
    /// The season at its top. The largest of the phases' means is too large by what noise makes of it; so the top is looked up in every other cycle and measured in the cycles between.
    /// </summary>
    /// <remarks>Source: H. van Hasselt, <i>Double Q-learning</i>, NeurIPS 2010 (the double estimator of a maximum).</remarks>
    private static double Top(double[] residuals, double[] weights, double[] season)
    {
        double[][] sums = [new double[season.Length], new double[season.Length]];
        double[][] totals = [new double[season.Length], new double[season.Length]];
        for (int i = 0; i < residuals.Length; i++)
        {
            if (weights[i] > 0)
            {
                sums[i / season.Length % 2][i % season.Length] += weights[i] * residuals[i];
                totals[i / season.Length % 2][i % season.Length] += weights[i];
            }
        }

        double Mean(int half, int phase) => season[phase] + (totals[half][phase] > 0 ? sums[half][phase] / totals[half][phase] : 0);

        double top = 0;
        for (int half = 0; half < 2; half++)
        {
            int at = 0;
            for (int phase = 1; phase < season.Length; phase++)
            {
                at = Mean(half, phase) > Mean(half, at) ? phase : at;
            }

            top += 0.5 * Mean(1 - half, at);
        }

        return Math.Max(0, top);
    }
}
