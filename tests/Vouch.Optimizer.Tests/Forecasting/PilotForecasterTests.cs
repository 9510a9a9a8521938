using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Models;
using Vouch.Optimizer.Forecasting;

namespace Vouch.Optimizer.Tests.Forecasting;

public sealed class PilotForecasterTests
{
    private static readonly PilotForecaster Forecaster = new();

    /// <summary>What a renderer with the given true figures would measure without error.</summary>
    internal static PilotMeasurement[] Pilot(double setup, double perSample, double noiseAt1, double slope, params int[] samples) =>
        [.. samples.Select(n => new PilotMeasurement(n, setup + (perSample * n), noiseAt1 * Math.Pow(n, slope)))];

    [Theory]
    [InlineData(0.0, 0.01)]
    [InlineData(0.1, 0.01)]
    [InlineData(1.0, 0.02)]
    [InlineData(0.001, 3.0)]
    public void CpuSecondsAt_ExactLine_IsFoundAgain(double setup, double perSample)
    {
        RenderForecast forecast = Forecaster.Forecast(Pilot(setup, perSample, 1, -0.5, 4, 16));

        ConfidenceInterval time = forecast.CpuSecondsAt(64)!;
        double truth = setup + (64 * perSample);
        // Setup cannot be negative, so a pilot without any is forecast a little low: within the 7 % that one measured time is taken to be off.
        time.Estimate.Should().BeApproximately(truth, 0.07 * truth);
        time.Contains(truth).Should().BeTrue();
        forecast.CpuSecondsAt(16, pixelRatio: 4)!.Estimate.Should().BeApproximately(time.Estimate, 1e-9 * truth, "time depends on the number of samples alone");
        (forecast.SetupSeconds + (16 * forecast.SecondsPerSample)).Should().BeApproximately(setup + (16 * perSample), 0.07 * (setup + (16 * perSample)));
    }

    [Fact]
    public void RelativeNoiseAt_PlainMonteCarlo_FallsWithTheSquareRoot()
    {
        RenderForecast forecast = Forecaster.Forecast(Pilot(0, 1, 2, -0.5, 4, 16));

        forecast.NoiseSlope.Should().BeInRange(-0.54, -0.5);
        forecast.RelativeNoiseAt(64)!.Estimate.Should().BeApproximately(2 / 8.0, 0.05 / 4);
        forecast.RelativeNoiseAt(64)!.Contains(0.25).Should().BeTrue();
    }

    [Fact]
    public void RelativeNoiseAt_SteepPilot_FlattensTowardsTheTheory()
    {
        // Stratified samples: steeper than -1/2 in the pilot, and less steep from there on, for the part that falls as 1/n takes over.
        RenderForecast forecast = Forecaster.Forecast(Pilot(0, 1, 1, -0.75, 4, 16));

        forecast.NoiseSlope.Should().BeInRange(-0.73, -0.52);
    }

    [Fact]
    public void Forecast_TimesThatFall_StillGiveARate()
    {
        // Cycles, ReciprocatingSaw under sky (cycles.csv of the optimizer data): the larger pilot took less time, by chance.
        RenderForecast forecast = Forecaster.Forecast([new(4, 0.8326, 0.1391), new(16, 0.8100, 0.04482)]);

        forecast.SecondsPerSample.Should().BeGreaterThan(0);
        forecast.CpuSecondsAt(64)!.Contains(1.1942).Should().BeTrue("that is what the render took");
    }

    // Blender 3.4.1 Cycles on one core (cycles.csv of the optimizer data): pilot times and noise at 4 and 16 samples, then what 64 samples gave.
    [Theory]
    [InlineData(0.0405, 0.1013, 0.3569, 0.140904, 0.0522665, 0.0226657)]
    [InlineData(0.1258, 0.4458, 1.6327, 0.17436, 0.0811418, 0.0390365)]
    [InlineData(0.3891, 0.4892, 0.8477, 0.238037, 0.105719, 0.0459659)]
    [InlineData(0.1056, 0.2211, 0.7140, 0.46383, 0.219609, 0.108258)]
    [InlineData(0.0393, 0.0999, 0.3210, 0.0990746, 0.0279411, 0.00927917)]
    [InlineData(0.4774, 0.5793, 0.9717, 0.309827, 0.101029, 0.0368809)]
    public void Forecast_MeasuredRenders_AreCoveredAndWithin20Percent(double time4, double time16, double time64, double noise4, double noise16, double noise64)
    {
        RenderForecast forecast = Forecaster.Forecast([new(4, time4, noise4), new(16, time16, noise16)]);

        (forecast.CpuSecondsAt(64)!.Estimate / time64).Should().BeInRange(1 / 1.2, 1.2);
        (forecast.RelativeNoiseAt(64)!.Estimate / noise64).Should().BeInRange(1 / 1.2, 1.2);
        forecast.CpuSecondsAt(64)!.Contains(time64).Should().BeTrue();
        forecast.RelativeNoiseAt(64)!.Contains(noise64).Should().BeTrue();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    public void Forecast_UnusableMeasurement_IsLeftOutAndNamed(double bad)
    {
        RenderForecast forecast = Forecaster.Forecast([new(4, 1, 0.1), new(16, bad, 0.05), new(16, 4, bad), new(0, 1, 1)]);

        forecast.IsSufficient.Should().BeFalse();
        forecast.Evidence.SampleSize.Should().Be(1);
        forecast.Evidence.Reasons.Should().HaveCount(4);
        (forecast.CpuSecondsAt(64), forecast.RelativeNoiseAt(64), forecast.StructuralSimilarityAt(64), forecast.PeakSignalToNoiseRatioAt(64)).Should().Be((null, null, null, null));
        forecast.NoiseSlope.Should().Be(double.NaN);
    }

    [Fact]
    public void Forecast_NothingOrOneSampleCount_IsInsufficient()
    {
        Forecaster.Forecast([]).IsSufficient.Should().BeFalse();
        Forecaster.Forecast([new(4, 1, 1), new(4, 1.1, 1.1)]).Evidence.Reasons[0].Should().Contain("2 or more different sample counts");
    }

    [Fact]
    public void Forecast_ExtremeMagnitudes_StayFinite()
    {
        RenderForecast forecast = Forecaster.Forecast([new(1, 1e-300, 1e300), new(int.MaxValue / 512, 1e300, 1e-300)]);

        double.IsFinite(forecast.CpuSecondsAt(1000)!.Estimate).Should().BeTrue();
        forecast.RelativeNoiseAt(1000)!.Estimate.Should().BeGreaterThan(0);
    }

    [Fact]
    public void CpuSecondsAt_BeyondTheReach_IsNull()
    {
        RenderForecast forecast = new PilotForecaster(new ForecastOptions { MaximumExtrapolation = 4 }).Forecast(Pilot(0, 1, 1, -0.5, 4, 16));

        forecast.CpuSecondsAt(64).Should().NotBeNull();
        forecast.CpuSecondsAt(65).Should().BeNull();
        forecast.RelativeNoiseAt(65).Should().BeNull();
    }

    [Fact]
    public void Figures_ArgumentsOutOfRange_AreMisuse()
    {
        RenderForecast forecast = Forecaster.Forecast(Pilot(0, 1, 1, -0.5, 4, 16));

        forecast.Invoking(f => f.CpuSecondsAt(0)).Should().Throw<ArgumentOutOfRangeException>();
        forecast.Invoking(f => f.CpuSecondsAt(4, 1)).Should().Throw<ArgumentOutOfRangeException>();
        forecast.Invoking(f => f.CpuSecondsAt(4, 0.9, double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        forecast.Invoking(f => f.RelativeNoiseAt(4, double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        Forecaster.Invoking(f => f.Forecast(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Forecast_MeasurementsInAnyOrder_GiveTheSameBits() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            PilotMeasurement[] pilot = [.. Enumerable.Range(0, 5).Select(_ => new PilotMeasurement(1 << random.Next(6), random.NextDouble() + 0.01, random.NextDouble() + 0.01))];
            PilotMeasurement[] shuffled = [.. pilot];
            random.Shuffle(shuffled);
            return Forecaster.Forecast(pilot).CpuSecondsAt(128) == Forecaster.Forecast(shuffled).CpuSecondsAt(128)
                && Forecaster.Forecast(pilot).RelativeNoiseAt(128) == Forecaster.Forecast(shuffled).RelativeNoiseAt(128);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Forecast_OtherUnits_ScaleTheForecastAlong() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            double scale = Math.Exp((random.NextDouble() * 20) - 10);
            PilotMeasurement a = new(4, 0.1 + random.NextDouble(), 0.1 + random.NextDouble());
            PilotMeasurement b = new(16, 0.1 + random.NextDouble(), 0.01 + random.NextDouble());
            ConfidenceInterval one = Forecaster.Forecast([a, b]).CpuSecondsAt(64)!;
            ConfidenceInterval other = Forecaster.Forecast([a with { CpuSeconds = a.CpuSeconds * scale }, b with { CpuSeconds = b.CpuSeconds * scale }]).CpuSecondsAt(64)!;
            return Math.Abs((other.Estimate / one.Estimate / scale) - 1) < 1e-6 && Math.Abs((other.Upper / one.Upper / scale) - 1) < 1e-6 && one.Lower <= one.Estimate && one.Estimate <= one.Upper;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void CpuSecondsAt_HigherConfidence_GivesAWiderRangeAndLaterSamplesCostMore()
    {
        RenderForecast forecast = Forecaster.Forecast(Pilot(0.3, 0.02, 1, -0.6, 4, 16));
        double[] levels = [0.5, 0.8, 0.9, 0.99];

        levels.Select(level => forecast.CpuSecondsAt(64, level)!.Width).Should().BeInAscendingOrder();
        levels.Select(level => forecast.RelativeNoiseAt(64, level)!.Width).Should().BeInAscendingOrder();
        int[] samples = [1, 4, 16, 64, 256, 1024];
        samples.Select(n => forecast.CpuSecondsAt(n)!.Estimate).Should().BeInAscendingOrder();
        samples.Select(n => forecast.RelativeNoiseAt(n)!.Estimate).Should().BeInDescendingOrder();
    }

    [Fact]
    public void Forecast_SimulatedRenderers_CoversAtLeastItsPromise()
    {
        // Times of random lines with 7 % error and noise of random a/n + b/n^p with 5 %: the prior's own world, in which 90 % intervals must cover 90 %.
        var random = new Random(7);
        int times = 0;
        int noises = 0;
        const int draws = 400;
        for (int i = 0; i < draws; i++)
        {
            double share = random.NextDouble();
            double stratified = i % 2 == 0 ? 0 : random.NextDouble();
            double power = 1.25 + (0.75 * random.NextDouble());
            PilotMeasurement[] all = [.. new[] { 4, 16, 64 }.Select(n => new PilotMeasurement(n,
                (share + ((1 - share) * n / 16)) * Math.Exp(0.07 * Normal()),
                Math.Sqrt(((1 - stratified) * 16 / n) + (stratified * Math.Pow(16.0 / n, power))) * Math.Exp(0.05 * Normal())))];
            RenderForecast forecast = Forecaster.Forecast(all[..2]);
            times += forecast.CpuSecondsAt(64)!.Contains(all[2].CpuSeconds) ? 1 : 0;
            noises += forecast.RelativeNoiseAt(64)!.Contains(all[2].RelativeNoise) ? 1 : 0;
        }

        // Three standard deviations of a binomial share below 0.9; heavier tails than the simulation's make it more.
        (times / (double)draws).Should().BeInRange(0.9 - 0.045, 0.99);
        (noises / (double)draws).Should().BeInRange(0.9 - 0.045, 0.99);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
