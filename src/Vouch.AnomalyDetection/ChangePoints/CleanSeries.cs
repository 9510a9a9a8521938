using Vouch.Statistics.Location;
using Vouch.Statistics.Scale;

namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>The known values of a series, lone outliers replaced, centred and in units of their standard deviation.</summary>
internal sealed class CleanSeries
{
    private const int Reach = 3;
    private const double Limit = 5;

    private CleanSeries(double[] values, double[] medians, int[] rows, double centre, double unit, int[] outliers)
    {
        Values = values;
        Medians = medians;
        Rows = rows;
        Centre = centre;
        Unit = unit;
        Outliers = outliers;
    }

    public double[] Values { get; }

    /// <summary>The running medians over seven rows, on the scale of the values.</summary>
    public double[] Medians { get; }

    /// <summary>The row in the given series of each value.</summary>
    public int[] Rows { get; }

    public double Centre { get; }

    /// <summary>The standard deviation; 0 where all values are equal or none is known.</summary>
    public double Unit { get; }

    public int[] Outliers { get; }

    public static CleanSeries Of(ReadOnlySpan<double> series)
    {
        var rows = new List<int>(series.Length);
        var known = new List<double>(series.Length);
        for (int i = 0; i < series.Length; i++)
        {
            if (double.IsFinite(series[i]))
            {
                rows.Add(i);
                known.Add(Math.Clamp(series[i], -1e150, 1e150));
            }
        }

        double[] values = [.. known];
        double[] medians = RunningMedians(values);
        int[] outliers = [.. Replace(values, medians).Select(i => rows[i])];
        double magnitude = values.Length == 0 ? 0 : values.Max(Math.Abs);
        double centre = 0;
        double unit = 0;
        if (magnitude > 0)
        {
            centre = values.Average(value => value / magnitude) * magnitude;
            unit = Math.Sqrt(values.Average(value => (value - centre) / magnitude * ((value - centre) / magnitude))) * magnitude;
            unit = unit > 1e-12 * magnitude ? unit : 0;
        }

        for (int i = 0; i < values.Length && unit > 0; i++)
        {
            values[i] = (values[i] - centre) / unit;
            medians[i] = (medians[i] - centre) / unit;
        }

        return new CleanSeries(values, medians, [.. rows], centre, unit, outliers);
    }

    private static double[] RunningMedians(double[] values)
    {
        double[] medians = new double[values.Length];
        for (int i = 0; i < medians.Length; i++)
        {
            int from = Math.Max(0, i - Reach);
            medians[i] = Quantile.Median(values.AsSpan(from, Math.Min(values.Length, i + Reach + 1) - from));
        }

        return medians;
    }

    /// <summary>Hampel's identifier: a value more than five robust deviations from the running median is no change that lasts; it takes the median's place.</summary>
    private static List<int> Replace(double[] values, double[] medians)
    {
        var replaced = new List<int>();
        if (values.Length <= 2 * Reach)
        {
            return replaced;
        }

        double[] residuals = [.. values.Zip(medians, static (value, median) => value - median)];
        double scale = MedianAbsoluteDeviation.About(residuals, 0);
        for (int i = 0; i < values.Length && scale > 0; i++)
        {
            if (Math.Abs(residuals[i]) > Limit * scale)
            {
                values[i] = medians[i];
                replaced.Add(i);
            }
        }

        return replaced;
    }
}
