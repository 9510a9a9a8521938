using System.Diagnostics;
using System.Globalization;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.Evaluation.Anomaly;

/// <summary>Runs the streaming detector with its default options over a NAB corpus, one row at a time, and scores it by NAB's rules.</summary>
internal static class NabTask
{
    private const double Line = 0.5;

    public static EvaluationTask Task { get; } = new(
        "anomaly", "nab", "NAB corpus (data/, labels/) below --data; --out DIR writes results/<category>/<file>.csv; the summary has each category and variants of the corpus apart.", true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        IReadOnlyList<NabSeries> series = NabSeries.ReadAll(run.Require("data"), run.Require(Path.Combine("labels", "combined_windows.json")));
        if (series.Count == 0)
        {
            throw new MissingDataException($"'{run.Require("data")}' holds no *.csv.");
        }

        var scores = new List<double[]>();
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        double seconds = 0;

        // Compiled code is measured, not the compiler, which takes its time in the background.
        long warming = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < 3 || Stopwatch.GetElapsedTime(warming).TotalSeconds < 1; pass++)
        {
            foreach (NabSeries file in series)
            {
                Score(file);
            }
        }

        foreach (NabSeries file in series)
        {
            run.Progress.Report(file.File);
            double took = double.PositiveInfinity;
            double[] score = [];
            for (int pass = 0; pass < 3; pass++)
            {
                long started = Stopwatch.GetTimestamp();
                score = Score(file);
                took = Math.Min(took, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            seconds += took;
            scores.Add(score);
            NabScore.Result own = NabScore.At([file], [score], Line, NabScore.Standard);
            rows.Add(new Dictionary<string, object?>
            {
                ["file"] = file.File,
                ["points"] = score.Length,
                ["alerts"] = score.Count(static value => value >= Line),
                ["seconds"] = took,
                ["caught"] = own.Caught,
                ["windows"] = own.Windows,
                ["false_bursts"] = own.FalseBursts,
            });
            if (run.Options.TryGetValue("out", out string? output))
            {
                Write(output, file, score);
            }
        }

        NabScore.Result standard = NabScore.At(series, scores, Line, NabScore.Standard);
        NabScore.Result best = NabScore.Best(series, scores, NabScore.Standard);
        NabScore.Result low = NabScore.At(series, scores, Line, NabScore.LowFalsePositives);
        double bursts = 1_000.0 * standard.FalseBursts / standard.Points;
        return new EvaluationResult(
            rows,
            new Dictionary<string, object?>
            {
                ["ns_per_point"] = seconds * 1e9 / standard.Points,
                ["standard_at_line"] = standard.Score,
                ["standard_best"] = best.Score,
                ["best_threshold"] = best.Threshold,
                ["low_fp_at_line"] = low.Score,
                ["low_fp_best"] = NabScore.Best(series, scores, NabScore.LowFalsePositives).Score,
                ["low_fn_at_line"] = NabScore.At(series, scores, Line, NabScore.LowFalseNegatives).Score,
                ["caught"] = standard.Caught,
                ["windows"] = standard.Windows,
                ["false_rows"] = standard.FalseRows,
                ["false_bursts_per_1000"] = bursts,
                ["by_category"] = ByCategory(series, scores),
                ["variants"] = NabVariants.All.ToDictionary(static variant => variant.Name, variant => Of(series, variant)),
            },
            standard.Score >= 68 && best.Score >= 70 && low.Score >= 62 && bursts <= 0.25);
    }

    private static double[] Score(NabSeries file)
    {
        var detector = new StreamingDetector();
        var score = new double[file.Values.Length];
        for (int i = 0; i < score.Length; i++)
        {
            score[i] = detector.Observe(file.Times[i], file.Values[i]).Score;
        }

        return score;
    }

    /// <summary>The standard score of each category by itself; categories without a window have none.</summary>
    private static SortedDictionary<string, double> ByCategory(IReadOnlyList<NabSeries> series, List<double[]> scores)
    {
        var result = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (IGrouping<string, int> category in Enumerable.Range(0, series.Count).GroupBy(i => series[i].File.Split('/')[0], StringComparer.Ordinal))
        {
            double score = NabScore.At([.. category.Select(i => series[i])], [.. category.Select(i => scores[i])], Line, NabScore.Standard).Score;
            if (double.IsFinite(score))
            {
                result[category.Key] = score;
            }
        }

        return result;
    }

    /// <summary>The corpus in another form: nothing may collapse.</summary>
    private static double Of(IReadOnlyList<NabSeries> series, NabVariant variant)
    {
        NabSeries[] changed = [.. series.Select(variant.Change)];
        return NabScore.At(changed, [.. changed.Select(Score)], Line, NabScore.Standard).Score;
    }

    private static void Write(string folder, NabSeries series, double[] scores)
    {
        string path = Path.Combine(folder, "results", series.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new StreamWriter(path);
        writer.WriteLine("timestamp,value,anomaly_score");
        for (int i = 0; i < scores.Length; i++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{series.Stamps[i]},{series.Values[i]:R},{scores[i]:R}"));
        }
    }
}
