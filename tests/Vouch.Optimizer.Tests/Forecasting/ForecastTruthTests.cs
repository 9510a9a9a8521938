using System.Globalization;
using Vouch.Core.Models;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Forecasting;
using Vouch.TestData;

namespace Vouch.Optimizer.Tests.Forecasting;

/// <summary>Measured renders of public scenes (Blender 3.4.1 Cycles): the figures that the data's description states must be reached, calibration leaving a scene out.</summary>
public sealed class ForecastTruthTests
{
    private static readonly Lazy<(List<(string Scene, ForecastOutcome Outcome)> History, Dictionary<string, PilotForecaster> Without)> Measured = new(() =>
    {
        List<(string Scene, ForecastOutcome Outcome)> history = Read();
        return (history, history.Select(entry => entry.Scene).Distinct().ToDictionary(
            scene => scene,
            scene => new PilotForecaster(calibration: ForecastCalibration.Learn(history.Where(other => other.Scene != scene).Select(other => other.Outcome)))));
    });

    [Fact]
    public void Forecast_MeasuredRenders_ReachesTheStatedAccuracyAndCoverage()
    {
        SharedData.Require("optimizer/scenes/cycles.csv");
        List<(string Scene, ForecastOutcome Outcome)> history = Measured.Value.History;
        int time = 0;
        int noise = 0;
        int covered = 0;
        foreach ((string scene, ForecastOutcome outcome) in history)
        {
            RenderForecast forecast = Measured.Value.Without[scene].Forecast(outcome.Pilot);
            ConfidenceInterval seconds = forecast.CpuSecondsAt(64)!;
            ConfidenceInterval relative = forecast.RelativeNoiseAt(64)!;
            time += Within20(seconds.Estimate, outcome.Actual.CpuSeconds);
            noise += Within20(relative.Estimate, outcome.Actual.RelativeNoise);
            covered += (seconds.Contains(outcome.Actual.CpuSeconds) ? 1 : 0) + (relative.Contains(outcome.Actual.RelativeNoise) ? 1 : 0);
        }

        // The description's reference: 87 % and 83 %, and intervals that cover what they say.
        (time / (double)history.Count).Should().BeGreaterThanOrEqualTo(0.87);
        (noise / (double)history.Count).Should().BeGreaterThanOrEqualTo(0.83);
        (covered / (2.0 * history.Count)).Should().BeGreaterThanOrEqualTo(0.9);
    }

    [Fact]
    public void StructuralSimilarityAt_FloorFromDisplayError_HoldsForEveryRender()
    {
        foreach (Dictionary<string, string> row in Rows().Where(row => row["ssim_srgb"].Length > 0))
        {
            double error = Math.Pow(10, -Number(row, "psnr_srgb") / 20);

            (0.0009 / (0.0009 + (error * error))).Should().BeLessThan(Number(row, "ssim_srgb"), $"{row["scene"]} {row["rig"]} at {row["spp"]}");
        }
    }

    [Theory]
    [InlineData(OptimizationProfile.Quality)]
    [InlineData(OptimizationProfile.Balanced)]
    [InlineData(OptimizationProfile.Economy)]
    public void Choose_MeasuredRenders_KeepsItsPromiseAtTheStatedConfidence(OptimizationProfile profile)
    {
        // For each scene a target that 64 samples just reach or just miss; where the optimizer promises it at 64 samples or fewer, the measured similarity must keep it.
        SharedData.Require("optimizer/scenes/cycles.csv");
        List<(string Scene, ForecastOutcome Outcome)> history = Measured.Value.History;
        int promised = 0;
        int broken = 0;
        double confidence = 0;
        foreach ((string scene, ForecastOutcome outcome) in history)
        {
            RenderForecast forecast = Measured.Value.Without[scene].Forecast(outcome.Pilot);
            foreach (double off in (double[])[-0.1, -0.05, -0.02, 0.01])
            {
                double target = Math.Min(outcome.Actual.StructuralSimilarity!.Value + off, 0.999);
                ConfigurationDecision decision = new ConfigurationOptimizer().Choose(new ConfigurationRequest
                {
                    Target = new QualityTarget(target, QualityScale.Ssim),
                    Profile = profile,
                    Forecasts = [new SeriesForecast(1, 8, forecast) { BiasSimilarity = 1 }],
                    Candidates = [new RenderConfiguration(1, 64, 8)],
                });
                confidence = decision.Confidence;
                promised += decision.Outcome == ConfigurationOutcome.Promised ? 1 : 0;
                broken += decision.Outcome == ConfigurationOutcome.Promised && off > 0 ? 1 : 0;
            }
        }

        promised.Should().BeGreaterThan(0);
        (broken / (double)history.Count).Should().BeLessThanOrEqualTo(1 - confidence + 0.04, "a promise may break as often as its confidence says, and one scene in thirty more by chance");
    }

    private static int Within20(double predicted, double actual) => Math.Abs(Math.Log(predicted / actual)) <= Math.Log(1.2) ? 1 : 0;

    private static IEnumerable<Dictionary<string, string>> Rows() => SharedData.Csv("optimizer/scenes/cycles.csv");

    private static double Number(Dictionary<string, string> row, string name) => double.Parse(row[name], CultureInfo.InvariantCulture);

    private static List<(string, ForecastOutcome)> Read() => [.. Rows()
        .Where(row => row["mode"] == "fixed" && row["resolution"] == "64")
        .GroupBy(row => (Scene: row["scene"], Rig: row["rig"]))
        .Select(group => group.ToDictionary(row => row["spp"], row => (group.Key.Scene, Measurement: new PilotMeasurement(
            int.Parse(row["spp"], CultureInfo.InvariantCulture), Number(row, "cpu_seconds"), Number(row, "rmse_linear") / Number(row, "mean_luminance"))
        {
            StructuralSimilarity = Number(row, "ssim_srgb"),
        })))
        .Select(bySamples => (bySamples["64"].Scene, new ForecastOutcome([bySamples["4"].Measurement, bySamples["16"].Measurement], bySamples["64"].Measurement)))];
}
