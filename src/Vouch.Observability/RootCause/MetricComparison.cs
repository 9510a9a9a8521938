using Vouch.Statistics.Distributions;

namespace Vouch.Observability.RootCause;

/// <summary>Compares readings of metrics with normal ones, on a logarithmic scale: the rise of each service's mean, by a moderated t-test.</summary>
internal sealed class MetricComparison
{
    private const double PriorFreedom = 10;
    private const int FewestReadings = 3;
    private const int MostRuns = 60;

    private readonly Dictionary<string, double> _negligible = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Service, string Name), List<(long At, double Value)>> _normal;

    public MetricComparison(IReadOnlyList<ServiceMetric> normal)
    {
        _normal = Sort(normal);
        foreach (IGrouping<string, KeyValuePair<(string Service, string Name), List<(long At, double Value)>>> name in _normal.GroupBy(entry => entry.Key.Name))
        {
            double[] levels = [.. name.Select(entry => entry.Value.Average(reading => reading.Value))];
            Array.Sort(levels);

            // A rise matters by what a typical service of the system uses, not by the little an idle one does.
            _negligible[name.Key] = Math.Max(levels[levels.Length / 2], 1e-9);
        }
    }

    public int Services => _normal.Count;

    /// <summary>What runs of so many consecutive readings of the normal window show against the rest of it: the strongest charge of each run.</summary>
    public double[] Maxima(int readings)
    {
        if (_normal.Count == 0)
        {
            return [];
        }

        int longest = _normal.Values.Max(series => series.Count);
        int run = Math.Clamp(readings, 1, Math.Max(1, longest / 2));
        var maxima = new List<double>();
        int step = Math.Max(1, longest / MostRuns);
        for (int start = 0; start + run <= longest; start += step)
        {
            double strongest = 0;
            Dictionary<(string, string), (double[] Others, double[] Run)> split = _normal.Where(entry => entry.Value.Count >= start + run)
                .ToDictionary(entry => entry.Key, entry => (
                    entry.Value.Where((_, i) => i < start || i >= start + run).Select(reading => reading.Value).ToArray(),
                    entry.Value.Skip(start).Take(run).Select(reading => reading.Value).ToArray()));
            foreach ((_, double logTail, _, _, _) in Compare(split))
            {
                strongest = Math.Max(strongest, logTail);
            }

            maxima.Add(strongest);
        }

        return [.. maxima];
    }

    public List<((string Service, string Name) Of, double LogTail, double Normal, double Observed, int Readings)> Compare(IReadOnlyList<ServiceMetric> observed)
    {
        var split = new Dictionary<(string Service, string Name), (double[] Normal, double[] Observed)>();
        foreach (((string Service, string Name) of, List<(long At, double Value)> readings) in Sort(observed))
        {
            if (_normal.TryGetValue(of, out List<(long At, double Value)>? normal))
            {
                split.Add(of, ([.. normal.Select(reading => reading.Value)], [.. readings.Select(reading => reading.Value)]));
            }
        }

        return Compare(split);
    }

    private List<((string Service, string Name) Of, double LogTail, double Normal, double Observed, int Readings)> Compare(
        Dictionary<(string Service, string Name), (double[] Normal, double[] Observed)> split)
    {
        var variances = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var name in split.Where(entry => entry.Value.Normal.Length >= FewestReadings).GroupBy(entry => entry.Key.Name))
        {
            double[] sorted = [.. name.Select(entry => Variance(Logs(entry.Value.Normal, name.Key)))];
            Array.Sort(sorted);
            variances[name.Key] = sorted[sorted.Length / 2];
        }

        var found = new List<((string, string), double, double, double, int)>();
        foreach (((string Service, string Name) of, (double[] normal, double[] observed)) in split)
        {
            if (normal.Length < FewestReadings || observed.Length == 0)
            {
                continue;
            }

            double[] logs = Logs(normal, of.Name);
            double[] seen = Logs(observed, of.Name);
            double rise = seen.Average() - logs.Average();
            double freedom = PriorFreedom + logs.Length - 1;
            double variance = ((PriorFreedom * variances[of.Name]) + ((logs.Length - 1) * Variance(logs))) / freedom;

            // Readings that scatter more than normal count by their own scatter, so that a spike beside a calm reading proves little.
            double here = seen.Length < 2 ? variance : Math.Max(variance, Variance(seen));
            double score = rise / Math.Sqrt(Math.Max(1e-6, (here / seen.Length) + (variance / logs.Length)));
            double logTail = rise <= 0 ? 0 : -Math.Log(Math.Max(StudentTDistribution.UpperTail(score, freedom), double.Epsilon));
            found.Add((of, logTail, normal.Average(), observed.Average(), observed.Length));
        }

        return found;
    }

    private double[] Logs(double[] values, string name) => [.. values.Select(value => Math.Log(value + _negligible[name]))];

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1);
    }

    private static Dictionary<(string Service, string Name), List<(long At, double Value)>> Sort(IReadOnlyList<ServiceMetric> metrics)
    {
        var sorted = new Dictionary<(string Service, string Name), List<(long At, double Value)>>();
        foreach (ServiceMetric metric in metrics)
        {
            if (!double.IsFinite(metric.Value) || metric.Value < 0 || metric.Service is null || metric.Name is null)
            {
                continue;
            }

            (string, string) of = (metric.Service, metric.Name);
            if (!sorted.TryGetValue(of, out List<(long At, double Value)>? readings))
            {
                sorted.Add(of, readings = []);
            }

            readings.Add((metric.At.Ticks, metric.Value));
        }

        foreach (List<(long At, double Value)> readings in sorted.Values)
        {
            readings.Sort();
        }

        return sorted;
    }
}
