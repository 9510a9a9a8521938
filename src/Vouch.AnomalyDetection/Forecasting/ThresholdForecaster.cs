using Vouch.Statistics.Distributions;

namespace Vouch.AnomalyDetection.Forecasting;

/// <summary>Says when a growing (or shrinking) metric reaches a limit, with an interval: disk space, queue length, spend.</summary>
/// <remarks>
/// <para>A straight trend is fitted to the rows given, twice more with far rows drawn in (Huber's weights); a known season is taken out first. The interval holds the row at which the
/// trend (with the season's top) reaches the limit; it knows the noise's memory (the number of rows is divided by the noise's correlation time). Single values may touch the limit before the trend does;
/// <see cref="ThresholdForecast.ViolationProbability"/> counts their noise. What the interval cannot know is a change of the trend:
/// give it the rows since the last one (<see cref="ChangePoints.ChangePointDetector"/> finds it). NaN and infinite values are missing values.</para>
/// <para>Costs O(n) per series. Deterministic; immutable and safe to share.</para>
/// <para>Source: P. J. Huber and E. M. Ronchetti, <i>Robust Statistics</i>, 2nd edition, Wiley, 2009, chapter 7; E. C. Fieller, <i>Some problems in interval estimation</i>, JRSS B 16, 1954 (the rows at which the confidence band of a line holds a limit).</para>
/// </remarks>
public sealed class ThresholdForecaster
{
    private const int Fewest = 10;
    private const double Tuning = 1.345;

    /// <summary>Gets the probability that the interval holds the row at which the trend reaches the limit.</summary>
    /// <value>A probability in [0.5, 0.999]. The default is 0.9.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public double Confidence
    {
        get;
        init
        {
            if (!(value is >= 0.5 and <= 0.999))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A probability in [0.5, 0.999] is needed.");
            }

            field = value;
        }
    } = 0.9;

    /// <summary>Gets the season of the series in rows; 0 where there is none.</summary>
    /// <value>0, or a number in [2, 1e6]. The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public int Period
    {
        get;
        init
        {
            if (value is not (0 or (>= 2 and <= 1_000_000)))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "0 or a number in [2, 1e6] is needed.");
            }

            field = value;
        }
    }

    /// <summary>Forecasts the crossing of a threshold.</summary>
    /// <param name="values">Evenly spaced values in order of time; NaN or infinite where missing.</param>
    /// <param name="threshold">The limit, finite.</param>
    /// <param name="horizon">How many rows ahead are looked at, at least 1.</param>
    /// <param name="rising">Whether values at or above the limit violate it; otherwise those at or below.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not finite, or the horizon is below 1.</exception>
    public ThresholdForecast Forecast(ReadOnlySpan<double> values, double threshold, int horizon, bool rising = true)
    {
        if (!double.IsFinite(threshold))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A finite threshold is needed.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        double sign = rising ? 1 : -1;
        double[] series = new double[values.Length];
        double unit = Math.Abs(threshold);
        int known = 0;
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                known++;
                unit = Math.Max(unit, Math.Abs(value));
            }
        }

        if (known < Fewest)
        {
            return new ThresholdForecast(CrossingAnswer.InsufficientEvidence, null, null, null, 0, 0, 0, 0);
        }

        unit = unit > 0 ? unit : 1;
        for (int i = 0; i < series.Length; i++)
        {
            series[i] = double.IsFinite(values[i]) ? sign * (values[i] / unit) : double.NaN;
        }

        var trend = TrendFit.Of(series, Period, Tuning);
        return Cross(trend, (sign * threshold / unit) - trend.LargestSeason, horizon, sign * unit);
    }

    private ThresholdForecast Cross(TrendFit trend, double limit, int horizon, double unit)
    {
        double t = StudentTDistribution.UpperQuantile((1 - Confidence) / 2, trend.Freedom);
        double? expected = First(trend, limit, horizon, 0);
        double? earliest = First(trend, limit, horizon, t);
        double? latest = First(trend, limit, horizon, -t);
        double error = trend.PredictionError(horizon);
        double gap = limit - trend.At(horizon);
        double violation = error > 0 ? StudentTDistribution.UpperTail(gap / error, trend.Freedom) : gap <= 0 ? 1 : 0;
        CrossingAnswer answer = trend.At(0) >= limit ? CrossingAnswer.Crossed
            : expected is not null ? CrossingAnswer.Expected
            : earliest is not null ? CrossingAnswer.Possible
            : CrossingAnswer.NotInSight;
        return new ThresholdForecast(
            answer, expected, earliest, latest, violation, trend.At(0) * unit, trend.Slope * unit, trend.SlopeError * Math.Abs(unit));
    }

    /// <summary>The first row ahead, as a fraction, at which the trend plus so many errors reaches the limit; 0 if it is there already.</summary>
    private static double? First(TrendFit trend, double limit, int horizon, double errors)
    {
        double Gap(double ahead) => limit - trend.At(ahead) - (errors * trend.LineError(ahead));

        if (Gap(0) <= 0)
        {
            return 0;
        }

        // The edge of the band is a line plus or minus a hyperbola: on [0, horizon] it meets the limit at most twice, so a coarse walk brackets the first meeting.
        const int Steps = 64;
        double before = 0;
        for (int step = 1; step <= Steps; step++)
        {
            double after = (double)horizon * step / Steps;
            if (Gap(after) <= 0)
            {
                for (int halving = 0; halving < 40; halving++)
                {
                    double middle = 0.5 * (before + after);
                    (before, after) = Gap(middle) <= 0 ? (before, middle) : (middle, after);
                }

                return after;
            }

            before = after;
        }

        return null;
    }
}
