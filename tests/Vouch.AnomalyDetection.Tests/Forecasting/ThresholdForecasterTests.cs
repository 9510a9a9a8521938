using FsCheck;
using FsCheck.Fluent;
using Vouch.AnomalyDetection.Forecasting;
using Vouch.AnomalyDetection.Tests.Outliers;

namespace Vouch.AnomalyDetection.Tests.Forecasting;

public class ThresholdForecasterTests
{
    [Fact]
    public void Forecast_CleanLine_CrossesWhereArithmeticSays()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(i => 10 + (0.5 * i))];

        ThresholdForecast forecast = new ThresholdForecaster().Forecast(values, 79.5, 100);

        // The last value is 59.5 at row 99; 20 more at 0.5 per row.
        forecast.Answer.Should().Be(CrossingAnswer.Expected);
        forecast.Expected.Should().BeApproximately(40, 1e-6);
        forecast.Slope.Should().BeApproximately(0.5, 1e-9);
        forecast.ViolationProbability.Should().BeApproximately(1, 1e-6);
    }

    [Fact]
    public void Forecast_IndependentNoise_IntervalHoldsAsOftenAsItSays()
    {
        int held = 0;
        const int Trials = 400;
        for (int seed = 0; seed < Trials; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, 200).Select(i => (0.1 * i) + (2 * BatchData.Normal(random)))];

            ThresholdForecast forecast = new ThresholdForecaster().Forecast(values, 30, 400);

            // The trend reaches 30 at row 300, 101 rows after the last.
            held += forecast.Earliest <= 101 && (forecast.Latest is null || forecast.Latest >= 101) ? 1 : 0;
        }

        // Three binomial errors about 0.9: neither too narrow nor too wide.
        held.Should().BeInRange((int)(0.855 * Trials), (int)(0.945 * Trials));
    }

    [Fact]
    public void Forecast_OutliersSeasonAndGaps_HardlyMoveIt()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 480).Select(i => (0.1 * i) + (5 * Math.Sin(2 * Math.PI * i / 24)) + (0.5 * BatchData.Normal(random)))];
        values[100] = 1e6;
        values[101] = double.NaN;
        values[300] = -1e6;

        ThresholdForecast forecast = new ThresholdForecaster { Period = 24 }.Forecast(values, 60, 400);

        // The season's top, 5 above the trend, touches 60 when the trend is at 55: row 550, 71 after the last.
        forecast.Answer.Should().Be(CrossingAnswer.Expected);
        forecast.Expected!.Value.Should().BeApproximately(71, 8);
    }

    [Fact]
    public void Forecast_Falling_MirrorsRising()
    {
        var random = new Random(4);
        double[] values = [.. Enumerable.Range(0, 100).Select(i => (0.3 * i) + BatchData.Normal(random))];
        double[] mirrored = [.. values.Select(value => -value)];

        ThresholdForecast up = new ThresholdForecaster().Forecast(values, 50, 300);
        ThresholdForecast down = new ThresholdForecaster().Forecast(mirrored, -50, 300, rising: false);

        down.Expected.Should().Be(up.Expected);
        down.Earliest.Should().Be(up.Earliest);
        down.Slope.Should().Be(-up.Slope);
    }

    [Fact]
    public void Forecast_Answers_SayWhereItStands()
    {
        var random = new Random(5);
        double[] flat = [.. Enumerable.Range(0, 100).Select(_ => BatchData.Normal(random))];

        new ThresholdForecaster().Forecast(flat, 100, 50).Answer.Should().Be(CrossingAnswer.NotInSight);
        new ThresholdForecaster().Forecast(flat, -50, 50).Answer.Should().Be(CrossingAnswer.Crossed);
        new ThresholdForecaster().Forecast([1, 2, double.NaN], 100, 50).Answer.Should().Be(CrossingAnswer.InsufficientEvidence);
        new ThresholdForecaster().Invoking(f => f.Forecast(flat, double.NaN, 5)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Forecast_AnySeries_NeverThrowsNorAnswersNaN()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<double[]>(), values =>
        {
            ThresholdForecast forecast = new ThresholdForecaster().Forecast(values, 1, 100);
            return forecast.ViolationProbability is >= 0 and <= 1 && double.IsFinite(forecast.Level) && forecast.Expected is null or (>= 0 and <= 100);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20_260_101UL, 1UL));
    }
}
