namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>A series on an even grid, NaN where nothing was observed; values in units of their own spread, the outermost drawn in.</summary>
internal sealed class TimeGrid
{
    /// <summary>The share of values on either side that is drawn in: rarer ones are taken for accidents, not for part of a pattern.</summary>
    private const double DrawnInShare = 0.005;

    private TimeGrid(double[] values, double step)
    {
        Values = values;
        Step = step;
        foreach (double value in values)
        {
            Known += double.IsNaN(value) ? 0 : 1;
        }
    }

    public double[] Values { get; }

    public double Step { get; }

    public int Rows => Values.Length;

    public int Known { get; }

    public bool IsConstant { get; private init; }

    public static TimeGrid FromRows(ReadOnlySpan<double> values) => Tamed(values.ToArray(), 1);

    public static TimeGrid FromTimes(ReadOnlySpan<double> times, ReadOnlySpan<double> values)
    {
        var known = new List<(double Time, double Value)>(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i]))
            {
                known.Add((times[i], values[i]));
            }
        }

        known.Sort();
        var steps = new List<double>(known.Count);
        for (int i = 1; i < known.Count; i++)
        {
            double step = known[i].Time - known[i - 1].Time;
            if (step > 0 && double.IsFinite(step))
            {
                steps.Add(step);
            }
        }

        if (steps.Count == 0)
        {
            return new TimeGrid([], 0);
        }

        steps.Sort();
        double span = known[^1].Time - known[0].Time;
        double usual = Math.Max(steps[steps.Count / 2], span / (4.0 * known.Count));
        double[] sums = new double[(int)Math.Min(Math.Round(span / usual), 4.0 * known.Count) + 1];
        int[] counts = new int[sums.Length];
        foreach ((double time, double value) in known)
        {
            int row = Math.Min((int)Math.Round((time - known[0].Time) / usual), sums.Length - 1);
            counts[row]++;
            sums[row] += (value - sums[row]) / counts[row];
        }

        for (int row = 0; row < sums.Length; row++)
        {
            sums[row] = counts[row] > 0 ? sums[row] : double.NaN;
        }

        return Tamed(sums, usual);
    }

    public TimeGrid Latest(int rows) => Rows <= rows ? this : new TimeGrid(Values[^rows..], Step);

    public TimeGrid Condensed(int rows)
    {
        int factor = (Rows + rows - 1) / rows;
        double[] means = new double[(Rows + factor - 1) / factor];
        for (int i = 0; i < means.Length; i++)
        {
            double sum = 0;
            int count = 0;
            foreach (double value in Values.AsSpan(i * factor, Math.Min(factor, Rows - (i * factor))))
            {
                if (!double.IsNaN(value))
                {
                    sum += value;
                    count++;
                }
            }

            means[i] = count > 0 ? sum / count : double.NaN;
        }

        return new TimeGrid(means, Step * factor);
    }

    private static TimeGrid Tamed(double[] values, double step)
    {
        double[] sorted = [.. values.Where(double.IsFinite)];
        sorted.AsSpan().Sort();
        if (sorted.Length == 0 || sorted[0] == sorted[^1])
        {
            Array.Fill(values, double.NaN);
            return new TimeGrid(sorted.Length == 0 ? values : [.. values.Select(static _ => 0.0)], step) { IsConstant = true };
        }

        int cut = (int)(sorted.Length * DrawnInShare);
        double low = sorted[cut];
        double high = sorted[sorted.Length - 1 - cut];
        if (low == high)
        {
            low = sorted[0];
            high = sorted[^1];
        }

        double middle = (low / 2) + (high / 2);
        double half = (high / 2) - (low / 2);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = double.IsFinite(values[i]) ? Math.Clamp((Math.Clamp(values[i], low, high) - middle) / half, -1, 1) : double.NaN;
        }

        return new TimeGrid(values, step);
    }
}
