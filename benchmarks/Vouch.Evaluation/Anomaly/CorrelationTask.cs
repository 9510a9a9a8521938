using Vouch.AnomalyDetection.Correlation;

namespace Vouch.Evaluation.Anomaly;

/// <summary>Anomalies of a group of sensors (SKAB): the first 400 rows of a file are learnt, the rest is judged row by row as it comes.</summary>
internal static class CorrelationTask
{
    private const int Learning = 400;

    public static EvaluationTask Task { get; } = new("anomaly", "correlation", "Groups of sensors: F1, false-alarm and missed-alarm rate", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string[] files = [.. Directory.GetFiles(run.Require("."), "*.csv*").Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            throw new MissingDataException($"There is no CSV in '{run.DataFolder}'.");
        }

        var rows = new List<Dictionary<string, object?>>();
        double hits = 0, misses = 0, alarms = 0, quiet = 0;
        foreach (string file in files)
        {
            SeriesFile series = SeriesFile.Read(file);
            int label = Array.IndexOf(series.Names, "anomaly");
            if (label < 1)
            {
                throw new MissingDataException($"'{file}' has no column 'anomaly'.");
            }

            var detector = new MetricGroupDetector(label, Learning);
            double hit = 0, miss = 0, alarm = 0, rest = 0;
            int[] named = new int[label];
            for (int row = 0; row < series.Rows.Length; row++)
            {
                GroupObservation seen = detector.Observe(series.Rows[row].AsSpan(0, label));
                if (row < Learning)
                {
                    continue;
                }

                bool called = seen.State == GroupState.Anomalous;
                bool truth = series.Rows[row][label] > 0.5;
                hit += truth && called ? 1 : 0;
                miss += truth && !called ? 1 : 0;
                alarm += !truth && called ? 1 : 0;
                rest += !truth && !called ? 1 : 0;
                named[seen.TopMetric] += called ? 1 : 0;
            }

            int top = Array.IndexOf(named, named.Max());
            rows.Add(new()
            {
                ["file"] = Path.GetFileName(file),
                ["f1"] = 2 * hit / ((2 * hit) + miss + alarm),
                ["far"] = alarm / (alarm + rest),
                ["mar"] = miss / (hit + miss),
                ["top_sensor"] = named[top] > 0 ? series.Names[top] : null,
            });
            hits += hit;
            misses += miss;
            alarms += alarm;
            quiet += rest;
        }

        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["f1"] = 2 * hits / ((2 * hits) + misses + alarms),
            ["far"] = alarms / (alarms + quiet),
            ["mar"] = misses / (hits + misses),
        });
    }
}
