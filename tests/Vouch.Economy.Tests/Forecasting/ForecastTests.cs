using System.Globalization;
using System.Net;
using System.Text;
using Vouch.Core.Exceptions;
using Vouch.Economy.Forecasting;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;
using Vouch.TestData;

namespace Vouch.Economy.Tests.Forecasting;

public sealed class ForecastTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Forecast_PureSeason_IsExact()
    {
        PriceCurve history = Curve(28 * 24, slot => 50 + (20 * Math.Sin(slot % 24)) + (slot / 24 % 7));
        PriceCurve truth = Curve(30 * 24, slot => 50 + (20 * Math.Sin(slot % 24)));

        PriceForecast forecast = new SeasonalForecaster().Forecast(Curve(28 * 24, slot => truth[slot]), 48);

        forecast.Expected.Start.Should().Be(history.End);
        for (int slot = 0; slot < 48; slot++)
        {
            forecast.Expected[slot].Should().BeApproximately(truth[(28 * 24) + slot], 1e-9);
            forecast.Lower[slot].Should().BeApproximately(forecast.Upper[slot], 1e-9);
        }
    }

    [Fact]
    public void Forecast_RealPrices_BoundsHoldAsOftenAsTheySay()
    {
        // Prices of a year; forecasts from 40 days spread over it. Real prices drift, so a few points below the nominal 90 % are the honest expectation.
        double[] prices = [.. SharedData.Csv("economy/prices/de_2016_with_forecast.csv").Select(row => double.Parse(row["eur_per_mwh"], CultureInfo.InvariantCulture))];
        int held = 0;
        int all = 0;
        double error = 0;
        double naive = 0;
        for (int day = 60; day < 300; day += 6)
        {
            PriceForecast forecast = new SeasonalForecaster(0.9).Forecast(Curve(day * 24, slot => prices[slot]), 24);
            for (int slot = 0; slot < 24; slot++)
            {
                double truth = prices[(day * 24) + slot];
                held += truth >= forecast.Lower[slot] && truth <= forecast.Upper[slot] ? 1 : 0;
                error += Math.Abs(truth - forecast.Expected[slot]);
                naive += Math.Abs(truth - prices[((day - 1) * 24) + slot]);
                all++;
            }
        }

        (held / (double)all).Should().BeInRange(0.84, 0.97);
        error.Should().BeLessThan(naive, "the profile beats yesterday");
    }

    [Fact]
    public void Forecast_TooShortOrConstant_SaysSoOrIsConstant()
    {
        var forecaster = new SeasonalForecaster();

        forecaster.Invoking(f => f.Forecast(Curve(47, _ => 1), 24)).Should().Throw<ArgumentException>().WithMessage("*48 slots*");
        forecaster.Invoking(f => f.Forecast(Curve(48, _ => 1), 0)).Should().Throw<ArgumentOutOfRangeException>();
        forecaster.Invoking(f => f.Forecast(new PriceCurve(Start, TimeSpan.FromHours(7), [1, 2, 3]), 1)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new SeasonalForecaster(double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        PriceForecast constant = forecaster.Forecast(Curve(48, _ => 7), 24);
        constant.Expected.Prices.ToArray().Should().AllSatisfy(price => price.Should().Be(7));
        constant.BacktestCoverage.Should().BeNull("two days cannot tell");
        forecaster.Forecast(Curve(240, _ => 1e15), 24).Upper[0].Should().Be(1e15);
    }

    [Fact]
    public void Plan_UncertainPrices_RegretIsNeverAboveThatOfTheNominalPlan()
    {
        var random = new Random(4);
        PriceCurve history = Curve(21 * 24, slot => 60 + (30 * Math.Cos(slot % 24 * Math.PI / 12)) + random.Next(-15, 16));
        PriceForecast forecast = new SeasonalForecaster().Forecast(history, 24);
        IReadOnlyList<Job> jobs = Job.Repeat("job", 12, 3, 1, 0, 24);

        RobustPlan plan = new RobustPlanner(new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 200, BoundIterations = 20 }), 8)
            .Plan(forecast, [new ResourcePool("workers", 3)], jobs);

        plan.Scenarios.Should().Be(8);
        plan.MeanRegret.Should().BeInRange(0, plan.NominalMeanRegret);
        plan.WorstRegret.Should().BeGreaterThanOrEqualTo(plan.MeanRegret);
        plan.ExpectedCost.Should().BeApproximately(forecast.Scenarios.Take(8).Average(curve => RobustPlanner.CostAt(plan.Schedule, curve)), 1e-6);
    }

    [Fact]
    public void Plan_ScenariosThatAreOnlyNoise_KeepsThePlanForTheExpectedPrices()
    {
        int kept = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            PriceCurve expected = Curve(24, slot => 60 + (30 * Math.Cos(slot * Math.PI / 12)));
            PriceCurve[] scenarios = [.. Enumerable.Range(0, 10).Select(_ => Curve(24, slot => expected[slot] + (20 * (random.NextDouble() - 0.5))))];
            var forecast = new PriceForecast(expected, Curve(24, _ => 0), Curve(24, _ => 200), 0.9, null, scenarios);

            RobustPlan plan = Robust(forecast);

            kept += plan.MeanRegret == plan.NominalMeanRegret ? 1 : 0;
        }

        kept.Should().BeGreaterThanOrEqualTo(17, "two standard errors are rarely passed by chance");
    }

    [Fact]
    public void Plan_ScenariosThatAllSayOtherwise_LeavesThePlanForTheExpectedPrices()
    {
        var random = new Random(6);
        PriceCurve expected = Curve(24, slot => 60 + (30 * Math.Cos(slot * Math.PI / 12)));
        PriceCurve[] scenarios = [.. Enumerable.Range(0, 10).Select(_ => Curve(24, slot => 60 - (30 * Math.Cos(slot * Math.PI / 12)) + random.Next(5)))];

        RobustPlan plan = Robust(new PriceForecast(expected, Curve(24, _ => 0), Curve(24, _ => 200), 0.9, null, scenarios));

        plan.MeanRegret.Should().BeLessThan(0.1 * plan.NominalMeanRegret);
    }

    private static RobustPlan Robust(PriceForecast forecast) =>
        new RobustPlanner(new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 100, BoundIterations = 20 }), 10)
            .Plan(forecast, [new ResourcePool("workers", 3)], Job.Repeat("job", 12, 3, 1, 0, 24));

    [Fact]
    public async Task HttpPriceSource_Rows_BecomeACurve()
    {
        const string Answer = """{"data":[{"at":"2026-03-02T00:00Z","eur":10.5},{"at":"2026-03-02T00:15Z","eur":-3}]}""";
        PriceCurve curve = await Source(Answer).ReadAsync(TestContext.Current.CancellationToken);

        (curve.SlotLength, curve[0], curve[1]).Should().Be((TimeSpan.FromMinutes(15), 10.5, -3));
    }

    [Theory]
    [InlineData("[", "$")]
    [InlineData("{}", "$.data")]
    [InlineData("""{"data":[]}""", "$.data")]
    [InlineData("""{"data":[{"at":"soon","eur":1}]}""", "$.data[0].at")]
    [InlineData("""{"data":[{"at":"2026-03-02T00:00Z","eur":"1"}]}""", "$.data[0].eur")]
    [InlineData("""{"data":[{"at":"2026-03-02T00:00Z","eur":1e99}]}""", "$.data[0].eur")]
    [InlineData("""{"data":[{"at":"2026-03-02T00:00Z","eur":1},{"at":"2026-03-02T00:00Z","eur":1}]}""", "$.data[1].at")]
    public async Task HttpPriceSource_BadAnswer_SaysWhere(string answer, string where)
    {
        Func<Task> read = async () => await Source(answer).ReadAsync(TestContext.Current.CancellationToken);

        (await read.Should().ThrowAsync<InputValidationException>()).Which.Location.Should().Be(where);
    }

    [Fact]
    public async Task CsvPriceSource_File_IsReadAnew()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(path, "time,price\n2026-03-02T00:00Z,1\n2026-03-02T01:00Z,2\n", TestContext.Current.CancellationToken);

        PriceCurve curve = await new CsvPriceSource(path).ReadAsync(TestContext.Current.CancellationToken);

        File.Delete(path);
        curve.Prices.ToArray().Should().Equal(1, 2);
    }

    private static PriceCurve Curve(int slots, Func<int, double> price) => new(Start, TimeSpan.FromHours(1), Enumerable.Range(0, slots).Select(price).ToArray());

    private static HttpPriceSource Source(string answer) =>
        new(new HttpClient(new Fixed(answer)), new Uri("https://prices.example/day"), "data", "at", "eur");

    private sealed class Fixed(string answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") });
    }
}
