using Vouch.Core.Models;
using Vouch.Optimizer.Forecasting;

namespace Vouch.Optimizer.Tests.Forecasting;

public sealed class SimilarityForecastTests
{
    private static readonly PilotForecaster Forecaster = new();

    // Blender 3.4.1 Cycles (cycles.csv of the optimizer data): noise and SSIM at 4 and 16 samples, SSIM at 64. Opaque rigs: under glass the reference images themselves are noisy.
    [Theory]
    [InlineData(0.140904, 0.52936, 0.0522665, 0.78173, 0.92262)]
    [InlineData(0.17436, 0.33529, 0.0811418, 0.59274, 0.79793)]
    [InlineData(0.238037, 0.60012, 0.105719, 0.85300, 0.96029)]
    [InlineData(0.197064, 0.60527, 0.0719245, 0.85645, 0.96039)]
    [InlineData(0.1162, 0.54218, 0.0382959, 0.81597, 0.94712)]
    [InlineData(0.142632, 0.53653, 0.0459564, 0.89050, 0.98669)]
    public void StructuralSimilarityAt_MeasuredRenders_IsWithinTwoHundredths(double noise4, double ssim4, double noise16, double ssim16, double ssim64)
    {
        RenderForecast forecast = Forecaster.Forecast(
            [new(4, 1, noise4) { StructuralSimilarity = ssim4 }, new(16, 4, noise16) { StructuralSimilarity = ssim16 }]);

        ConfidenceInterval similarity = forecast.StructuralSimilarityAt(64)!;
        forecast.HasSimilarity.Should().BeTrue();
        similarity.Estimate.Should().BeApproximately(ssim64, 0.02);
        similarity.Contains(ssim64).Should().BeTrue();
    }

    [Fact]
    public void StructuralSimilarityAt_PairsInPlaceOfReferences_GivesTheSameCurve()
    {
        // 1 - SSIM = v / (v + K) with K = 0.02: the similarity of a pair is that at twice the variance.
        const double k = 0.02;
        static double Similarity(double variance) => k / (k + variance);
        PilotMeasurement[] against = [.. new[] { 4, 16 }.Select(n => new PilotMeasurement(n, n, Math.Sqrt(0.1 / n)) { StructuralSimilarity = Similarity(0.1 / n) })];
        PilotMeasurement[] pairs = [.. new[] { 4, 16 }.Select(n => new PilotMeasurement(n, n, Math.Sqrt(0.1 / n)) { PairSimilarity = Similarity(0.2 / n) })];

        double byReference = Forecaster.Forecast(against).StructuralSimilarityAt(64)!.Estimate;
        double byPairs = Forecaster.Forecast(pairs).StructuralSimilarityAt(64)!.Estimate;

        double truth = Similarity(0.1 / 64);
        byReference.Should().BeApproximately(truth, 0.03);
        byPairs.Should().BeApproximately(truth, 0.03);
        Forecaster.Forecast(pairs).StructuralSimilarityAt(64)!.Contains(truth).Should().BeTrue();
    }

    [Fact]
    public void StructuralSimilarityAt_MoreSamples_RisesTowardsOne()
    {
        RenderForecast forecast = Forecaster.Forecast([new(4, 1, 0.2) { StructuralSimilarity = 0.5 }, new(16, 4, 0.1) { StructuralSimilarity = 0.7 }]);
        ConfidenceInterval[] curve = [.. new[] { 4, 16, 64, 256, 1024, 4096 }.Select(n => forecast.StructuralSimilarityAt(n)!)];

        curve.Select(similarity => similarity.Estimate).Should().BeInAscendingOrder();
        curve.Should().OnlyContain(similarity => similarity.Lower >= 0 && similarity.Upper <= 1);
    }

    [Fact]
    public void StructuralSimilarityAt_DisplayErrorsOnly_GivesTheTexturelessFloor()
    {
        // Windows without texture: C2 / (C2 + v), C2 = 0.03^2. An error of 0.03 leaves one half.
        RenderForecast forecast = Forecaster.Forecast([new(4, 1, 0.2) { DisplayError = 0.06 }, new(16, 4, 0.1) { DisplayError = 0.03 }]);

        ConfidenceInterval floor = forecast.StructuralSimilarityAt(16, 0.01)!;
        forecast.HasSimilarity.Should().BeFalse();
        floor.Estimate.Should().BeApproximately(0.5, 0.02);
        floor.Upper.Should().Be(1);
        forecast.StructuralSimilarityAt(16, 0.99)!.Lower.Should().BeLessThan(floor.Lower);
        forecast.PeakSignalToNoiseRatioAt(16)!.Estimate.Should().BeApproximately(30.46, 0.3, "that is -20 log10(0.03)");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.0)]
    [InlineData(0.0)]
    [InlineData(-0.2)]
    public void StructuralSimilarityAt_NoUsableSimilarity_IsNull(double similarity)
    {
        RenderForecast forecast = Forecaster.Forecast([new(4, 1, 0.2) { StructuralSimilarity = similarity }, new(16, 4, 0.1) { StructuralSimilarity = 0.5 }]);

        forecast.IsSufficient.Should().BeTrue();
        forecast.StructuralSimilarityAt(64).Should().BeNull();
        forecast.PeakSignalToNoiseRatioAt(64).Should().BeNull();
    }

    [Fact]
    public void StructuralSimilarityAt_SimilaritiesNearTheEnds_StayInRange()
    {
        RenderForecast forecast = Forecaster.Forecast(
            [new(4, 1, 0.2) { StructuralSimilarity = 1e-12 }, new(16, 4, 0.1) { StructuralSimilarity = 1 - 1e-12 }]);

        ConfidenceInterval similarity = forecast.StructuralSimilarityAt(64)!;
        similarity.Lower.Should().BeGreaterThanOrEqualTo(0);
        similarity.Upper.Should().BeLessThanOrEqualTo(1);
    }
}
