using System.Globalization;
using Vouch.Core.Models;
using Vouch.Optimizer.Forecasting;

namespace Vouch.Evaluation.Optimizer;

/// <summary>
/// Forecasts time, noise and structural similarity of the largest sample count of each scene and rig from its renders at 4 and 16 samples. Intervals are calibrated on the
/// other scenes only (leave one scene out), so that every figure is a cross-validated one.
/// </summary>
internal static class ForecastTask
{
    private const double Confidence = 0.9;

    public static EvaluationTask Task { get; } = new("optimizer", "forecast", "time, noise and similarity at 64 samples from a pilot of 4 and 16 (--pilot 4,16)", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string file = Path.Combine(OptimizerTasks.ScenesFolder(run, "cycles.csv"), "cycles.csv");
        int[] pilotSamples = [.. run.Option("pilot", "4,16").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        List<(string Scene, string Rig, ForecastOutcome Outcome)> history = Read(file, pilotSamples);
        if (history.Count == 0)
        {
            throw new MissingDataException($"'{file}' holds no scene with fixed renders at {string.Join(", ", pilotSamples)} samples and one beyond.");
        }

        var tally = new Tally();
        foreach ((string scene, string rig, ForecastOutcome outcome) in history)
        {
            run.Progress.Report($"{scene} {rig}");
            ForecastCalibration calibration = ForecastCalibration.Learn(history.Where(other => other.Scene != scene).Select(other => other.Outcome));
            RenderForecast forecast = new PilotForecaster(calibration: calibration).Forecast(outcome.Pilot);
            int samples = outcome.Actual.SamplesPerPixel;
            tally.Add(scene, rig, "time", forecast.CpuSecondsAt(samples, Confidence), outcome.Actual.CpuSeconds);
            tally.Add(scene, rig, "noise", forecast.RelativeNoiseAt(samples, Confidence), outcome.Actual.RelativeNoise);
            if (outcome.Actual.StructuralSimilarity is { } similarity)
            {
                tally.Add(scene, rig, "ssim", forecast.StructuralSimilarityAt(samples, Confidence), similarity);
            }
        }

        return new EvaluationResult(tally.Rows, tally.Summary());
    }

    private static List<(string, string, ForecastOutcome)> Read(string file, int[] pilotSamples)
    {
        string[] lines = File.ReadAllLines(file);
        string[] names = lines[0].Split(',');
        IEnumerable<Dictionary<string, string>> rows = lines.Skip(1).Where(line => line.Length > 0)
            .Select(line => names.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second));
        var history = new List<(string, string, ForecastOutcome)>();
        foreach (var group in rows.Where(row => row["mode"] == "fixed" && row["rmse_linear"].Length > 0).GroupBy(row => (Scene: row["scene"], Rig: row["rig"])))
        {
            Dictionary<int, PilotMeasurement> bySamples = group.ToDictionary(row => (int)Number(row, "spp"), Measurement);
            int largest = bySamples.Keys.Max();
            if (pilotSamples.All(bySamples.ContainsKey) && largest > pilotSamples.Max())
            {
                history.Add((group.Key.Scene, group.Key.Rig, new ForecastOutcome([.. pilotSamples.Select(samples => bySamples[samples])], bySamples[largest])));
            }
        }

        return history;
    }

    private static PilotMeasurement Measurement(Dictionary<string, string> row) =>
        new((int)Number(row, "spp"), Number(row, "cpu_seconds"), Number(row, "rmse_linear") / Number(row, "mean_luminance"))
        {
            StructuralSimilarity = row["ssim_srgb"].Length > 0 ? Number(row, "ssim_srgb") : null,
            DisplayError = row["psnr_srgb"].Length > 0 ? Math.Pow(10, -Number(row, "psnr_srgb") / 20) : null,
        };

    private static double Number(Dictionary<string, string> row, string name) => double.Parse(row[name], CultureInfo.InvariantCulture);

    private sealed class Tally
    {
        private readonly List<Dictionary<string, object?>> _rows = [];

        public IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows => _rows;

        public void Add(string scene, string rig, string target, ConfidenceInterval? forecast, double actual) => _rows.Add(new Dictionary<string, object?>
        {
            ["scene"] = scene,
            ["rig"] = rig,
            ["target"] = target,
            ["predicted"] = forecast?.Estimate,
            ["actual"] = actual,
            ["lower"] = forecast?.Lower,
            ["upper"] = forecast?.Upper,
            ["covered"] = forecast?.Contains(actual) ?? false,
        });

        public Dictionary<string, object?> Summary() => new()
        {
            ["time_within_20"] = Share("time", Within20),
            ["noise_within_20"] = Share("noise", Within20),
            ["coverage90"] = Share(row => (string)row["target"]! != "ssim", Covered),
            ["time_coverage90"] = Share("time", Covered),
            ["noise_coverage90"] = Share("noise", Covered),
            ["time_median_factor"] = MedianFactor("time"),
            ["noise_median_factor"] = MedianFactor("noise"),
            ["ssim_within_0.05"] = Share("ssim", row => Math.Abs(Value(row, "predicted") - Value(row, "actual")) <= 0.05),
            ["ssim_coverage90"] = Share("ssim", Covered),
            ["ssim_lower_held"] = Share("ssim", row => Value(row, "actual") >= Value(row, "lower")),
        };

        // Within 20 % both ways: the factor between prediction and truth is at most 1.2.
        private static bool Within20(Dictionary<string, object?> row) => Math.Abs(Math.Log(Value(row, "predicted") / Value(row, "actual"))) <= Math.Log(1.2);

        private static bool Covered(Dictionary<string, object?> row) => (bool)row["covered"]!;

        private static double Value(Dictionary<string, object?> row, string key) => row[key] as double? ?? double.NaN;

        private double Share(string target, Func<Dictionary<string, object?>, bool> holds) => Share(row => (string)row["target"]! == target, holds);

        private double Share(Func<Dictionary<string, object?>, bool> belongs, Func<Dictionary<string, object?>, bool> holds)
        {
            Dictionary<string, object?>[] rows = [.. _rows.Where(belongs)];
            return rows.Length == 0 ? double.NaN : rows.Count(holds) / (double)rows.Length;
        }

        private double MedianFactor(string target)
        {
            double[] factors = [.. _rows.Where(row => (string)row["target"]! == target).Select(row => Math.Exp(Math.Abs(Math.Log(Value(row, "predicted") / Value(row, "actual"))))).Order()];
            return factors.Length == 0 ? double.NaN : factors[factors.Length / 2];
        }
    }
}
