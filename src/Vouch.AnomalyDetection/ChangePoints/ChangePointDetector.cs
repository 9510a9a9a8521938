namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>Finds where a recorded series changes its level, trend or variance.</summary>
/// <remarks>
/// <para>PELT finds the segmentation that is best under a modified information criterion, exactly. The noise that changes are held against is estimated along with the segments, its
/// autocorrelation included, but by default never taken for larger than the whole variance: a series that wanders is cut into levels, as people who annotate series cut it. With
/// <see cref="DiscountMemory"/> the wandering itself is noise. Lone outliers are set aside first. NaN and infinite values are missing values: they are skipped. Under
/// <see cref="ChangeModel.Auto"/> levels and lines are both tried and the one with the smaller criterion counts, so that a steady trend is no staircase of changes.</para>
/// <para>Costs O(n^2) at worst up to <see cref="MaximumRows"/> values, usually far less; longer series are searched in means of equal blocks and each change then put on its row exactly.
/// Deterministic; a detector is immutable and safe to share.</para>
/// <para>Sources: R. Killick, P. Fearnhead and I. A. Eckley, JASA 107(500), 2012 (PELT); N. R. Zhang and D. O. Siegmund, <i>Biometrics</i> 63(1), 2007 (modified BIC).</para>
/// </remarks>
public sealed class ChangePointDetector
{
    /// <summary>The 95 % point of the chi-squared distribution with one degree of freedom.</summary>
    private const double Near = 3.841458820694124;

    /// <summary>Gets what stays the same between changes.</summary>
    /// <value>The default is <see cref="ChangeModel.Auto"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value that is no model.</exception>
    public ChangeModel Model
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "No such model.");
    }

    /// <summary>Gets whether slow wandering is noise, not change: for series with memory in which only breaks count.</summary>
    /// <value>
    /// The default is <see langword="false"/>. If <see langword="true"/>, the noise is the long-run variance of a first-order autoregression, read from differences so that
    /// level changes do not enter it (as in S. Chakar et al., <i>Bernoulli</i> 23(2), 2017).
    /// </value>
    public bool DiscountMemory { get; init; }

    /// <summary>Gets the number of values above which blocks of them are searched first.</summary>
    /// <value>A number in [64, 65536]. The default is 4096.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public int MaximumRows
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 65_536);
            field = value;
        }
    } = 4096;

    /// <summary>Finds the changes of a series.</summary>
    /// <param name="values">The values in order of time; NaN or infinite where missing.</param>
    public ChangePointReport Detect(ReadOnlySpan<double> values)
    {
        CleanSeries series = CleanSeries.Of(values);
        if (series.Values.Length < 4 || series.Unit == 0)
        {
            return new ChangePointReport([], Model == ChangeModel.Auto ? ChangeModel.Level : Model, 0, 0, series.Outliers);
        }

        return Model == ChangeModel.Variance ? Variances(series) : LevelsOrTrends(series);
    }

    private static double[] Blocks(double[] values, int size)
    {
        if (size == 1)
        {
            return values;
        }

        double[] means = new double[values.Length / size];
        for (int i = 0; i < means.Length; i++)
        {
            foreach (double value in values.AsSpan(i * size, size))
            {
                means[i] += value / size;
            }
        }

        return means;
    }

    private static int[] Refined(SegmentCost cost, int[] coarse, int size)
    {
        int[] starts = [.. coarse.Select(start => start * size)];
        for (int pass = 0; pass < 2 && size > 1; pass++)
        {
            for (int i = 0; i < starts.Length; i++)
            {
                int from = i == 0 ? 0 : starts[i - 1];
                int to = i + 1 < starts.Length ? starts[i + 1] : cost.Count;
                int low = Math.Max(from + cost.Shortest, starts[i] - (2 * size));
                int high = Math.Min(to - cost.Shortest, starts[i] + (2 * size));
                double best = double.PositiveInfinity;
                for (int at = low; at <= high; at++)
                {
                    double total = cost.Of(from, at) + cost.Of(at, to);
                    (best, starts[i]) = total < best ? (total, at) : (best, starts[i]);
                }
            }
        }

        return starts;
    }

    /// <summary>The change at a row between its neighbours, with the rows that fit nearly as well.</summary>
    private static (int Earliest, int Latest, double Evidence) Around(SegmentCost cost, int from, int at, int to, double noise)
    {
        double split = cost.Of(from, at) + cost.Of(at, to);
        int earliest = at;
        int latest = at;
        for (int other = from + cost.Shortest; other <= to - cost.Shortest; other++)
        {
            if (cost.Of(from, other) + cost.Of(other, to) <= split + (Near * noise))
            {
                earliest = Math.Min(earliest, other);
                latest = Math.Max(latest, other);
            }
        }

        double evidence = 0.5 * (((cost.Of(from, to) - split) / noise) - NoiseFit.Price(cost, cost.Count));
        return (earliest, latest, evidence);
    }

    private ChangePointReport LevelsOrTrends(CleanSeries series)
    {
        int size = (series.Values.Length + MaximumRows - 1) / MaximumRows;
        double[] blocks = Blocks(series.Values, size);
        NoiseFit? level = Model == ChangeModel.Trend ? null : NoiseFit.Of(blocks, line: false, DiscountMemory);
        NoiseFit? trend = Model == ChangeModel.Level ? null : NoiseFit.Of(blocks, line: true, DiscountMemory);
        bool line = level is null || (trend is not null && trend.Criterion < level.Criterion);
        NoiseFit fit = line ? trend! : level!;
        SquaredErrorCost cost = size == 1 ? fit.Cost : new SquaredErrorCost(series.Values, line);
        double noise = fit.Noise * size;
        int[] starts = Refined(cost, fit.Starts, size);
        var changes = new List<ChangePoint>(starts.Length);
        for (int i = 0; i < starts.Length; i++)
        {
            int from = i == 0 ? 0 : starts[i - 1];
            int at = starts[i];
            int to = i + 1 < starts.Length ? starts[i + 1] : cost.Count;
            (int earliest, int latest, double evidence) = Around(cost, from, at, to, noise);
            changes.Add(new ChangePoint(
                series.Rows[at],
                series.Rows[earliest],
                series.Rows[latest],
                (cost.Fitted(from, at, at - 1) * series.Unit) + series.Centre,
                (cost.Fitted(at, to, at) * series.Unit) + series.Centre,
                cost.Slope(from, at) * series.Unit,
                cost.Slope(at, to) * series.Unit,
                evidence));
        }

        return new ChangePointReport(
            changes, line ? ChangeModel.Trend : ChangeModel.Level, Math.Sqrt(noise) * series.Unit, fit.Autocorrelation, series.Outliers);
    }

    private ChangePointReport Variances(CleanSeries series)
    {
        double[] residuals = [.. series.Values.Zip(series.Medians, static (value, median) => value - median)];
        int size = (residuals.Length + MaximumRows - 1) / MaximumRows;
        var cost = new VarianceCost(residuals);
        double[] roots = [.. Blocks([.. residuals.Select(static value => value * value)], size).Select(Math.Sqrt)];
        int[] starts = Refined(cost, OptimalPartition.Find(new VarianceCost(roots), NoiseFit.Price(cost, roots.Length) / size), size);
        var changes = new List<ChangePoint>(starts.Length);
        for (int i = 0; i < starts.Length; i++)
        {
            int from = i == 0 ? 0 : starts[i - 1];
            int to = i + 1 < starts.Length ? starts[i + 1] : cost.Count;
            (int earliest, int latest, double evidence) = Around(cost, from, starts[i], to, 1);
            changes.Add(new ChangePoint(
                series.Rows[starts[i]],
                series.Rows[earliest],
                series.Rows[latest],
                Math.Sqrt(cost.Variance(from, starts[i])) * series.Unit,
                Math.Sqrt(cost.Variance(starts[i], to)) * series.Unit,
                0,
                0,
                evidence));
        }

        return new ChangePointReport(changes, ChangeModel.Variance, Math.Sqrt(cost.Variance(0, cost.Count)) * series.Unit, 0, series.Outliers);
    }
}
