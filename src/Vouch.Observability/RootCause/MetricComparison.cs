using Vouch.Statistics.Distributions;

namespace Vouch.Observability.RootCause;

/// <summary>
/// Compares the readings of one metric of all services with normal ones, on a logarithmic scale: the rise of each service's mean, by a moderated t-test. What is normal is either the level of the whole
/// normal window or that of the readings just before (memory keeps its level until something happens, processor time returns to its mean): whichever of the two predicts normal readings better.
/// </summary>
internal sealed class MetricComparison
{
    private const double PriorFreedom = 10;
    private const double LeastError = 0.01;
    private const int MostRuns = 60;
    private const int FewestRuns = 8;

    // Of the usual distance between readings: what is farther apart does not follow one another.
    private const int Gap = 3;

    private readonly Dictionary<string, (ReadingSeries Series, double Variance, double RecentVariance)> _normal = new(StringComparer.Ordinal);
    private readonly double _negligible;
    private readonly long _gap;

    public MetricComparison(string name, Dictionary<string, List<(long At, double Value)>> normal)
    {
        Name = name;
        double[] levels = [.. normal.Values.Select(readings => readings.Average(reading => reading.Value))];

        // A rise matters by what a typical service of the system uses, not by the little an idle one does.
        _negligible = Math.Max(Middle(levels), 1e-9);
        Dictionary<string, ReadingSeries> series = normal.Where(entry => entry.Value.Count >= ReadingSeries.Fewest).ToDictionary(entry => entry.Key, entry => new ReadingSeries(entry.Value, _negligible), StringComparer.Ordinal);
        long[] spacings = [.. series.Values.SelectMany(one => one.Spacings)];
        Array.Sort(spacings);
        _gap = spacings.Length == 0 ? 0 : Gap * spacings[spacings.Length / 2];
        double typical = Middle([.. series.Values.Select(one => one.Variance)]);
        double typicalRecent = Middle([.. series.Values.Select(one => one.RecentVariance(_gap)).Where(one => one.Count > 0).Select(one => one.Variance)]);
        foreach ((string service, ReadingSeries one) in series)
        {
            (double recent, int count) = one.RecentVariance(_gap);
            _normal.Add(service, (one, Moderated(one.Variance, one.Count - 1, typical), Moderated(recent, count, typicalRecent)));
        }
    }

    public string Name { get; }

    /// <summary>The readings of windows by metric and service; such as are not finite, negative or nameless are left out.</summary>
    public static Dictionary<string, Dictionary<string, List<(long At, double Value)>>> Sort(IEnumerable<ServiceMetric> metrics)
    {
        var sorted = new Dictionary<string, Dictionary<string, List<(long, double)>>>(StringComparer.Ordinal);
        foreach (ServiceMetric metric in metrics)
        {
            if (double.IsFinite(metric.Value) && metric.Value >= 0 && metric.Service is not null && metric.Name is not null)
            {
                Dictionary<string, List<(long, double)>> services = sorted.TryGetValue(metric.Name, out var known) ? known : sorted[metric.Name] = new(StringComparer.Ordinal);
                (services.TryGetValue(metric.Service, out List<(long, double)>? readings) ? readings : services[metric.Service] = []).Add((metric.At.Ticks, metric.Value));
            }
        }

        return sorted;
    }

    /// <summary>The rise of every service that has readings in both windows, and the strongest rise of each run of so many readings of the normal window.</summary>
    public (List<(string Service, double LogTail, double Normal, double Observed, int Readings)> Rises, double[] Maxima) Compare(Dictionary<string, List<(long At, double Value)>> observed)
    {
        List<(string Service, ReadingSeries Seen)> both = [.. observed.Where(entry => _normal.ContainsKey(entry.Key)).Select(entry => (entry.Key, new ReadingSeries(entry.Value, _negligible)))];
        var rises = new List<(string, double, double, double, int)>(both.Count);
        if (both.Count == 0)
        {
            return (rises, []);
        }

        (double[] maxima, HashSet<ReadingSeries> wandering) = Maxima(both.Max(one => one.Seen.Count));
        foreach ((string service, ReadingSeries seen) in both)
        {
            (ReadingSeries series, double variance, double recentVariance) = _normal[service];
            double freedom = PriorFreedom + series.Count - 1;
            if (!wandering.Contains(series))
            {
                rises.Add((service, LogTail(ReadingSeries.Mean(series.Logs), series.Count, seen.Logs, variance, freedom), series.Level, seen.Level, seen.Count));
                continue;
            }

            // What wanders says nothing without the readings just before, and the less the longer ago they are.
            ReadOnlySpan<double> before = series.Recently(seen.First, _gap);
            if (before.Length > 0)
            {
                double level = ReadingSeries.Mean(before);
                ReadOnlySpan<double> first = seen.Logs[..Math.Min(seen.Count, ReadingSeries.Recent)];
                rises.Add((service, LogTail(level, before.Length, first, recentVariance, freedom), Math.Exp(level) - _negligible, Math.Exp(ReadingSeries.Mean(first)) - _negligible, first.Length));
            }
        }

        return (rises, maxima);
    }

    private (double[] Maxima, HashSet<ReadingSeries> Wandering) Maxima(int readings)
    {
        int longest = _normal.Values.Max(entry => entry.Series.Count);
        int run = Math.Clamp(readings, 1, Math.Max(1, longest / 2));
        var maxima = new double[longest - run + 1];
        var wandering = new HashSet<ReadingSeries>();
        foreach ((ReadingSeries series, double variance, double recentVariance) in _normal.Values)
        {
            if (Charges(series, run, variance, recentVariance, maxima))
            {
                wandering.Add(series);
            }
        }

        int step = Math.Max(1, longest / MostRuns);
        return ([.. maxima.Where((_, start) => start % step == 0)], wandering);
    }

    // What one series adds to the maxima of all runs, and whether it wanders: whether the readings just before predict it better than its level over the whole window.
    private bool Charges(ReadingSeries series, int run, double variance, double recentVariance, double[] maxima)
    {
        int runs = series.Count - run + 1, others = series.Count - run, shortRun = Math.Min(run, ReadingSeries.Recent);
        if (others < 1)
        {
            return false;
        }

        double freedom = PriorFreedom + others - 1, sum = ReadingSeries.Mean(series.Logs) * series.Count;
        double[] charges = new double[runs], recentCharges = new double[runs];
        var rises = new List<double>(runs);
        var recentRises = new List<double>(runs);
        for (int start = 0; start < runs; start++)
        {
            ReadOnlySpan<double> seen = series.Logs.Slice(start, run);
            double level = (sum - (ReadingSeries.Mean(seen) * run)) / others;
            charges[start] = LogTail(level, others, seen, variance, freedom);
            ReadOnlySpan<double> before = series.RecentlyBefore(start, shortRun, _gap);
            if (before.Length > 0)
            {
                double recent = ReadingSeries.Mean(before);
                rises.Add(Math.Abs(ReadingSeries.Mean(seen) - level));
                recentRises.Add(Math.Abs(ReadingSeries.Mean(seen[..shortRun]) - recent));
                recentCharges[start] = LogTail(recent, before.Length, seen[..shortRun], recentVariance, freedom);
            }
        }

        bool wanders = rises.Count >= FewestRuns && Middle([.. recentRises]) < Middle([.. rises]);
        for (int start = 0; start < runs; start++)
        {
            maxima[start] = Math.Max(maxima[start], (wanders ? recentCharges : charges)[start]);
        }

        return wanders;
    }

    private static double LogTail(double level, int readings, ReadOnlySpan<double> seen, double variance, double freedom)
    {
        double rise = ReadingSeries.Mean(seen) - level;
        if (rise <= 0)
        {
            return 0;
        }

        // Readings that scatter more than normal count by their own scatter, so that a spike beside a calm reading proves little.
        double here = seen.Length < 2 ? variance : Math.Max(variance, ReadingSeries.Spread(seen));
        double score = rise / Math.Max(LeastError, Math.Sqrt((here / seen.Length) + (variance / readings)));
        return -Math.Log(Math.Max(StudentTDistribution.UpperTail(score, freedom), double.Epsilon));
    }

    private static double Moderated(double variance, int freedom, double typical) => ((PriorFreedom * typical) + (freedom * variance)) / (PriorFreedom + freedom);

    private static double Middle(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[values.Length / 2];
    }
}
