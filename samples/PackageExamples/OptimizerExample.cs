using Vouch.Core.Models;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Forecasting;

namespace PackageExamples;

public static class OptimizerExample
{
    public static void Run()
    {
        #region readme
        // Two short trial renders of the scene: processor seconds, relative noise, similarity of a render to a noise-free crop.
        RenderForecast forecast = new PilotForecaster().Forecast(
        [
            new PilotMeasurement(4, CpuSeconds: 0.41, RelativeNoise: 0.314) { StructuralSimilarity = 0.529 },
            new PilotMeasurement(16, CpuSeconds: 1.01, RelativeNoise: 0.116) { StructuralSimilarity = 0.782 },
        ]);
        Console.WriteLine($"64 samples: {forecast.CpuSecondsAt(64)} s");

        ConfigurationDecision decision = new ConfigurationOptimizer().Choose(new ConfigurationRequest
        {
            Target = new QualityTarget(0.95, QualityScale.Ssim),
            Forecasts = [new SeriesForecast(resolutionScale: 1, maxBounces: 8, forecast) { PixelRatio = 100, BiasSimilarity = 1 }],
            Candidates = RenderConfiguration.Grid([1], [16, 32, 64, 128, 256, 512], [8]),
            PricePerCpuHour = 0.04,
        });
        Console.WriteLine(decision.Explain());
        #endregion
    }
}
