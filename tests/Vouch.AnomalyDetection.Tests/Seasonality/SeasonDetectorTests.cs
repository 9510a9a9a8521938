using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Vouch.AnomalyDetection.Seasonality;
using Vouch.AnomalyDetection.Tests.Outliers;

namespace Vouch.AnomalyDetection.Tests.Seasonality;

public class SeasonDetectorTests
{
    [Theory]
    [InlineData(200, 7.3)]
    [InlineData(600, 24)]
    [InlineData(2000, 144)]
    public void Detect_SineTrendAndNoise_PeriodWithinTwoPercent(int rows, double period)
    {
        var random = new Random(rows);
        double[] values = [.. Enumerable.Range(0, rows).Select(i => (0.02 * i) + (3 * Math.Sin(2 * Math.PI * i / period)) + BatchData.Normal(random))];

        Season? season = new SeasonDetector().Detect(values).Primary;

        season.Should().NotBeNull();
        season!.Period.Should().BeApproximately(period, 0.02 * period);
    }

    [Fact]
    public void Detect_DayAndWeek_BothInSecondsFromIrregularStamps()
    {
        var random = new Random(3);
        var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset[] times = [.. Enumerable.Range(0, 24 * 56).Where(_ => random.NextDouble() > 0.1)
            .Select(hour => start.AddHours(hour).AddMinutes(random.Next(-5, 6)))];
        double[] values = [.. times.Select(time =>
            Math.Sin(2 * Math.PI * time.TimeOfDay.TotalDays) * (time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.2 : 1)
            - (time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 2 : 0) + (0.2 * BatchData.Normal(random)))];

        SeasonalityReport report = new SeasonDetector().Detect(times, values);

        report.Seasons.Should().Contain(season => Math.Abs(season.Period - 86_400) < 0.02 * 86_400);
        report.Seasons.Should().Contain(season => Math.Abs(season.Period - 604_800) < 0.02 * 604_800);
    }

    [Theory]
    [InlineData("white")]
    [InlineData("walk")]
    [InlineData("shifts")]
    [InlineData("heavy")]
    public void Detect_NoSeason_FindsNone(string kind)
    {
        int found = Enumerable.Range(0, 60).Count(seed =>
        {
            var random = new Random(seed);
            double state = 0;
            double[] values = [.. Enumerable.Range(0, 200).Select(i => kind switch
            {
                "white" => BatchData.Normal(random),
                "walk" => state += BatchData.Normal(random),
                "shifts" => (state = random.NextDouble() < 0.01 ? 10 * BatchData.Normal(random) : state) + BatchData.Normal(random),
                _ => BatchData.Normal(random) / Math.Max(1e-3, Math.Abs(BatchData.Normal(random))),
            })];
            return new SeasonDetector().Detect(values).Primary is not null;
        });

        found.Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Detect_EdgeCases_AnswersSayWhy()
    {
        new SeasonDetector().Detect(ReadOnlySpan<double>.Empty).Answer.Should().Be(SeasonAnswer.TooShort);
        new SeasonDetector().Detect(Enumerable.Repeat(double.NaN, 50).ToArray()).Answer.Should().Be(SeasonAnswer.TooShort);
        new SeasonDetector().Detect(Enumerable.Repeat(4.0, 50).ToArray()).Answer.Should().Be(SeasonAnswer.Constant);
        FluentActions.Invoking(() => new SeasonDetector().Detect([1.0, double.NaN], [1.0, 2.0])).Should().Throw<ArgumentException>().WithMessage("*value 1*");
    }

    [Fact]
    public void Detect_RandomSeries_NeverThrowsAndSeasonsAreSane()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<double[]>(), values =>
            new SeasonDetector().Detect(values).Seasons.All(season => double.IsFinite(season.Period) && season.Period >= 2 && season.PValue <= 0.001))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Detect_KnownPeriods_AllButOneRight()
    {
        // known_periods.csv calls quality_control_4 without season; its values repeat every 20 rows (autocorrelation 0.70 at lag 20, 0.67 at 40, 0.61 at 60).
        string[] wrong =
        [
            .. Vouch.TestData.SharedData.Csv("anomaly/known_periods.csv").Where(known =>
            {
                string[][] rows = [.. File.ReadLines(Vouch.TestData.SharedData.Require("anomaly/" + known["file"])).Skip(1).Select(line => line.Split(','))];
                double[] values = [.. rows.Select(cells => cells[1].Length == 0 ? double.NaN : double.Parse(cells[1], CultureInfo.InvariantCulture))];
                double found = (known["unit"] == "rows"
                    ? new SeasonDetector().Detect(values)
                    : new SeasonDetector().Detect([.. rows.Select(cells => DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))], values))
                    .Primary?.Period ?? 0;
                double period = double.Parse(known["period"], CultureInfo.InvariantCulture);
                return Math.Abs(found - period) > 0.02 * period;
            }).Select(known => Path.GetFileNameWithoutExtension(known["file"])),
        ];

        wrong.Should().Equal("quality_control_4");
    }
}
