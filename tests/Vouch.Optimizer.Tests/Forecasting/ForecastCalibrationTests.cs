using Vouch.Core.Models;
using Vouch.Optimizer.Forecasting;

namespace Vouch.Optimizer.Tests.Forecasting;

public sealed class ForecastCalibrationTests
{
    // P(Binomial(m, 0.9) <= k - 1) >= 0.75, by hand: 1 - 0.9^13 = 0.7458 is too little, 1 - 0.9^14 = 0.7712 enough. For 29: 0.9^29 = 0.0471,
    // 29 * 0.1 * 0.9^28 = 0.1518, so k = 28 has 0.8011 and k = 27 (0.2360 less) has not.
    [Theory]
    [InlineData(13, null)]
    [InlineData(14, 14)]
    [InlineData(29, 28)]
    public void TryGetMultiplier_HistoryOfSizeM_TakesTheRankThatHoldsWithAssurance(int count, int? rank)
    {
        var scores = new CalibrationScores(Enumerable.Range(1, count).Select(i => (double)i).Reverse());

        scores.TryGetMultiplier(0.9, out double multiplier).Should().Be(rank is not null);
        multiplier.Should().Be(rank ?? double.NaN);
    }

    [Fact]
    public void Learn_MissesTwiceTheInterval_WidensIntervalsButNotTheForecast()
    {
        PilotMeasurement[] pilot = PilotForecasterTests.Pilot(0.1, 0.01, 1, -0.5, 4, 16);
        ConfidenceInterval plain = new PilotForecaster().Forecast(pilot).CpuSecondsAt(64)!;
        double twiceAsFar = plain.Estimate * Math.Pow(plain.Upper / plain.Estimate, 2);
        ForecastOutcome[] history = [.. Enumerable.Repeat(new ForecastOutcome(pilot, new PilotMeasurement(64, twiceAsFar, 0.125)), 20)];

        ForecastCalibration calibration = ForecastCalibration.Learn(history);
        ConfidenceInterval wide = new PilotForecaster(calibration: calibration).Forecast(pilot).CpuSecondsAt(64)!;

        calibration.TimeCount.Should().Be(20);
        wide.Estimate.Should().Be(plain.Estimate);
        wide.Upper.Should().BeApproximately(twiceAsFar, 1e-6 * twiceAsFar);
        new PilotForecaster(calibration: calibration).Forecast(pilot).Evidence.Reasons[0].Should().Contain("calibrated on 20 past renders");
    }

    [Fact]
    public void Learn_UnusableHistory_IsLeftOut()
    {
        PilotMeasurement[] pilot = PilotForecasterTests.Pilot(0.1, 0.01, 1, -0.5, 4, 16);

        ForecastCalibration calibration = ForecastCalibration.Learn(
        [
            new ForecastOutcome([], new PilotMeasurement(64, 1, 1)),
            new ForecastOutcome(pilot, new PilotMeasurement(64, double.NaN, 0)),
            new ForecastOutcome(pilot, new PilotMeasurement(0, 1, 1)),
        ]);

        (calibration.TimeCount, calibration.NoiseCount, calibration.SimilarityCount).Should().Be((0, 0, 0));
        new PilotForecaster(calibration: calibration).Forecast(pilot).CpuSecondsAt(64).Should().Be(new PilotForecaster().Forecast(pilot).CpuSecondsAt(64));
    }
}
