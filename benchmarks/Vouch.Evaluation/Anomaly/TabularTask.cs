using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Vouch.AnomalyDetection.Outliers;

namespace Vouch.Evaluation.Anomaly;

/// <summary>How well the batch detectors order the rows of labelled tables; the labels are seen by the scoring alone.</summary>
internal static class TabularTask
{
    public static EvaluationTask Task { get; } = new("anomaly", "tabular", "Outliers in tables: ROC-AUC, average precision", NeedsData: true, Measure);

    /// <summary>ROC-AUC by ranks, ties counting half, and average precision with ties taken together, as scikit-learn does.</summary>
    internal static (double Auc, double AveragePrecision) Score(ReadOnlySpan<double> scores, bool[] labels)
    {
        double[] keys = scores.ToArray();
        int[] rows = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, rows);
        double positives = labels.Count(static label => label);
        double negatives = labels.Length - positives;
        double hits = 0, misses = 0, area = 0, precision = 0;
        for (int end = keys.Length; end > 0;)
        {
            int from = end - 1;
            while (from > 0 && keys[from - 1] == keys[from])
            {
                from--;
            }

            double right = rows.AsSpan(from, end - from).ToArray().Count(row => labels[row]);
            double wrong = end - from - right;
            area += wrong * (hits + (right / 2));
            hits += right;
            misses += wrong;
            precision += right / positives * (hits / (hits + misses));
            end = from;
        }

        return (area / (positives * negatives), precision);
    }

    internal static (FeatureMatrix Table, bool[] Labels) Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        string[] names = (reader.ReadLine() ?? throw new MissingDataException($"'{file}' is empty.")).Split(',');
        if (names.Length < 2 || names[^1] != "label")
        {
            throw new MissingDataException($"'{file}' does not end in a column 'label'.");
        }

        var values = new List<double>();
        var labels = new List<bool>();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            for (int i = 0; i < names.Length - 1; i++)
            {
                values.Add(cells[i].Length == 0 ? double.NaN : double.Parse(cells[i], CultureInfo.InvariantCulture));
            }

            labels.Add(double.Parse(cells[^1], CultureInfo.InvariantCulture) > 0.5);
        }

        return (new FeatureMatrix([.. values], names.Length - 1, names[..^1]), [.. labels]);
    }

    private static (string Name, IOutlierDetector Detector)[] Methods(int seed) =>
    [
        ("ensemble", new OutlierEnsemble { Seed = seed }),
        ("ensemble_equal", new OutlierEnsemble(EnsembleMode.Ensemble) { Seed = seed }),
        ("ensemble_statistical", new OutlierEnsemble(EnsembleMode.Statistical) { Seed = seed }),
        ("iforest", new IsolationForest { Seed = seed }),
        ("lof20_raw", new LocalOutlierFactor { Scaling = FeatureScaling.None }),
        ("lof20_minmax", new LocalOutlierFactor { Scaling = FeatureScaling.MinMax }),
        ("knn10_minmax", new KNearestNeighbours { Scaling = FeatureScaling.MinMax }),
        ("ecod", new EmpiricalTails()),
        ("mahalanobis", new MahalanobisDistance { CentralShare = 1 }),
        ("mahalanobis_robust", new MahalanobisDistance()),
        ("iqr", new QuartileFences()),
        ("robust_z", new RobustDeviation()),
    ];

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string[] files = [.. Directory.GetFiles(run.Require("."), "*.csv.gz").Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            throw new MissingDataException($"There is no .csv.gz in '{run.DataFolder}'.");
        }

        string only = run.Option("method", "");
        var rows = new List<Dictionary<string, object?>>();
        foreach (string file in files)
        {
            string set = Path.GetFileName(file)[..^".csv.gz".Length];
            (FeatureMatrix table, bool[] labels) = Read(file);
            foreach ((string name, IOutlierDetector detector) in Methods(run.Seed).Where(method => only.Length == 0 || method.Name == only))
            {
                run.Progress.Report($"{set} {name}");
                long started = Stopwatch.GetTimestamp();
                IOutlierModel model = detector.Fit(table);
                double fit = Stopwatch.GetElapsedTime(started).TotalSeconds;
                started = Stopwatch.GetTimestamp();
                ReadOnlyMemory<double> scores = model.TrainingScores;
                double score = Stopwatch.GetElapsedTime(started).TotalSeconds;
                (double auc, double ap) = Score(scores.Span, labels);
                rows.Add(new() { ["set"] = set, ["method"] = name, ["auc"] = auc, ["ap"] = ap, ["fit_seconds"] = fit, ["score_seconds"] = score });
            }
        }

        var methods = rows.GroupBy(static row => (string)row["method"]!).ToArray();
        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["mean_auc"] = methods.ToDictionary(static group => group.Key, static group => group.Average(static row => (double)row["auc"]!)),
            ["mean_ap"] = methods.ToDictionary(static group => group.Key, static group => group.Average(static row => (double)row["ap"]!)),
            ["ensemble_worst_auc_against_iforest"] = Worst(rows),
        });
    }

    private static double? Worst(List<Dictionary<string, object?>> rows)
    {
        double[] differences =
        [
            .. rows.GroupBy(static row => row["set"])
                .Select(static set => (
                    Ensemble: set.FirstOrDefault(static row => (string)row["method"]! == "ensemble"),
                    Forest: set.FirstOrDefault(static row => (string)row["method"]! == "iforest")))
                .Where(static pair => pair.Ensemble is not null && pair.Forest is not null)
                .Select(static pair => (double)pair.Ensemble!["auc"]! - (double)pair.Forest!["auc"]!),
        ];
        return differences.Length > 0 ? differences.Min() : null;
    }
}
