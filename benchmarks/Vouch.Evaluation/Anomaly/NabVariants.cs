namespace Vouch.Evaluation.Anomaly;

/// <summary>Forms in which the same events could have been recorded.</summary>
internal static class NabVariants
{
    public static IReadOnlyList<NabVariant> All { get; } =
    [
        new("other_unit", static series => series with { Values = [.. series.Values.Select(static value => (1e6 * value) - 3e7)] }),
        new("upside_down", static series => series with { Values = [.. series.Values.Select(static value => -value)] }),
        new("backward", Backward),
        new("every_minute", static series => Faster(series, 5)),
        new("every_half_hour", static series => Faster(series, 1.0 / 6)),
        new("halved", Halved),
        new("noisier", Noisier),
    ];

    /// <summary>From the last row to the first, at the times of the first to the last.</summary>
    private static NabSeries Backward(NabSeries series)
    {
        int last = series.Values.Length - 1;
        return series with
        {
            Values = [.. series.Values.Reverse()],
            Windows = [.. series.Windows.Reverse().Select(window => (last - window.Last, last - window.First))],
        };
    }

    /// <summary>The same rows so many times closer to each other.</summary>
    private static NabSeries Faster(NabSeries series, double times) =>
        series with { Times = [.. series.Times.Select(time => series.Times[0] + ((time - series.Times[0]) / times))] };

    /// <summary>The mean of every two rows.</summary>
    private static NabSeries Halved(NabSeries series)
    {
        int count = series.Values.Length / 2;
        return series with
        {
            Stamps = [.. Enumerable.Range(0, count).Select(i => series.Stamps[2 * i])],
            Times = [.. Enumerable.Range(0, count).Select(i => series.Times[2 * i])],
            Values = [.. Enumerable.Range(0, count).Select(i => (series.Values[2 * i] + series.Values[(2 * i) + 1]) / 2)],
            Windows = [.. series.Windows.Select(window => (Math.Min(count - 1, window.First / 2), Math.Min(count - 1, window.Last / 2)))],
        };
    }

    /// <summary>With a noise of a twentieth of the middle half's width.</summary>
    private static NabSeries Noisier(NabSeries series)
    {
        double[] sorted = [.. series.Values.Order()];
        double width = sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4];
        var random = new Random(series.Values.Length);
        return series with
        {
            Values = [.. series.Values.Select(value => value + (0.05 * width * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble())))],
        };
    }
}
