using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Models;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Forecasting;

namespace Vouch.Optimizer.Tests.Configuration;

public sealed class ConfigurationOptimizerTests
{
    private static readonly int[] Ladder = [4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private static readonly ConfigurationOptimizer Optimizer = new();

    /// <summary>A renderer with 1 - SSIM = v / (v + 0.02), noise variance 0.16 / n and time 0.1 + 0.02 n seconds.</summary>
    private static RenderForecast Forecast(double timeScale = 1, double noiseScale = 1) => new PilotForecaster().Forecast([.. new[] { 4, 16 }.Select(n =>
    {
        double variance = 0.16 * noiseScale * noiseScale / n;
        return new PilotMeasurement(n, timeScale * (0.1 + (0.02 * n)), Math.Sqrt(variance)) { StructuralSimilarity = 0.02 / (0.02 + variance) };
    })]);

    private static ConfigurationRequest Request(double target, OptimizationProfile profile = OptimizationProfile.Balanced) => new()
    {
        Target = new QualityTarget(target, QualityScale.Ssim),
        Profile = profile,
        Forecasts = [new SeriesForecast(1, 8, Forecast()) { BiasSimilarity = 1 }],
        Candidates = RenderConfiguration.Grid([1], Ladder, [8]),
    };

    [Fact]
    public void Choose_ReachableTarget_TakesTheCheapestWhoseLowerBoundMeetsIt()
    {
        ConfigurationDecision decision = Optimizer.Choose(Request(0.9) with { PricePerCpuHour = 0.5 });

        decision.Outcome.Should().Be(ConfigurationOutcome.Promised);
        decision.Evidence.IsSufficient.Should().BeTrue();
        decision.Quality!.Lower.Should().BeGreaterThanOrEqualTo(0.9);
        decision.Rejected.Should().HaveCount(Ladder.Length - 1);
        decision.Rejected.Where(other => other.CpuSeconds!.Estimate < decision.CpuSeconds!.Estimate)
            .Should().NotBeEmpty().And.OnlyContain(other => other.Reason == RejectionReason.QualityTooLow && other.Quality!.Lower < 0.9);
        decision.Rejected.Where(other => other.CpuSeconds!.Estimate > decision.CpuSeconds!.Estimate).Should().OnlyContain(other => other.Reason == RejectionReason.Dearer);
        decision.Cost!.Estimate.Should().BeApproximately(decision.CpuSeconds!.Estimate / 7200, 1e-12, "an hour costs one half");

        // What the renderer truly has at the chosen samples: the promise holds.
        (0.02 / (0.02 + (0.16 / decision.Chosen.SamplesPerPixel))).Should().BeGreaterThanOrEqualTo(0.9);
    }

    [Fact]
    public void Front_LadderWithADearTwin_HoldsTheLadderAndTheChoice()
    {
        ConfigurationRequest request = Request(0.9) with
        {
            Forecasts = [new SeriesForecast(1, 8, Forecast()) { BiasSimilarity = 1 }, new SeriesForecast(1, 16, Forecast(timeScale: 3)) { BiasSimilarity = 1 }],
            Candidates = RenderConfiguration.Grid([1, 0.5], Ladder, [8, 16]),
        };

        IReadOnlyList<ConfigurationTradeoff> front = Optimizer.Front(request);

        front.Should().OnlyContain(point => point.Configuration.MaxBounces == 8, "16 bounces take three times as long for nothing");
        front.Select(point => point.CpuSeconds.Estimate).Should().BeInAscendingOrder();
        front.Select(point => point.Quality.Estimate).Should().BeInAscendingOrder();
        front.First(point => point.KeepsTarget).Configuration.Should().Be(Optimizer.Choose(request).Chosen);
    }

    [Fact]
    public void Choose_DearerProfile_NeverTakesFewerSamples()
    {
        int[] samples = [.. new[] { OptimizationProfile.Economy, OptimizationProfile.Balanced, OptimizationProfile.Quality }
            .Select(profile => Optimizer.Choose(Request(0.9, profile)).Chosen.SamplesPerPixel)];

        samples.Should().BeInAscendingOrder();
        samples[2].Should().BeGreaterThan(samples[0]);
        Optimizer.Choose(Request(0.9, OptimizationProfile.Quality)).RequiredQuality.Should().BeApproximately(0.92, 1e-12, "a fifth of the allowed distortion stays unused");
    }

    [Fact]
    public void Choose_UnreachableTarget_NamesTheBestAndPromisesNothing()
    {
        ConfigurationDecision decision = Optimizer.Choose(Request(0.99999));

        decision.Outcome.Should().Be(ConfigurationOutcome.TargetUnreachable);
        decision.Evidence.IsSufficient.Should().BeFalse();
        decision.Chosen.SamplesPerPixel.Should().Be(1024);
        decision.Explain().Should().Contain("No candidate reaches the target").And.Contain("short of 1");
    }

    [Fact]
    public void Choose_TargetBeyondTheCap_NamesTheCheapestThatKeepsIt()
    {
        ConfigurationDecision free = Optimizer.Choose(Request(0.9));

        ConfigurationDecision capped = Optimizer.Choose(Request(0.9) with { MaxCpuSeconds = free.CpuSeconds!.Upper / 2 });
        ConfigurationDecision byCost = Optimizer.Choose(Request(0.9) with { PricePerCpuHour = 3600, MaxCost = free.CpuSeconds.Upper / 2 });

        capped.Outcome.Should().Be(ConfigurationOutcome.CapExceeded);
        capped.Chosen.Should().Be(free.Chosen);
        capped.Explain().Should().Contain("over the cap");
        byCost.Outcome.Should().Be(ConfigurationOutcome.CapExceeded);
        Optimizer.Choose(Request(0.9) with { MaxCpuSeconds = free.CpuSeconds.Upper }).Outcome.Should().Be(ConfigurationOutcome.Promised);
    }

    [Fact]
    public void Choose_ScaleWithoutPilot_IsNeverChosen()
    {
        ConfigurationDecision decision = Optimizer.Choose(Request(0.9) with { Candidates = RenderConfiguration.Grid([0.5, 1], Ladder, [4, 8]) });

        decision.Chosen.ResolutionScale.Should().Be(1);
        decision.Chosen.MaxBounces.Should().Be(8);
        decision.Rejected.Count(other => other.Reason == RejectionReason.NoEvidence).Should().Be(3 * Ladder.Length);
        decision.Explain().Should().Contain("27 candidates had no forecast");
    }

    [Fact]
    public void Choose_SmallerScaleWithMeasuredBias_IsTakenWhereItKeepsTheTarget()
    {
        ConfigurationRequest request = Request(0.85) with
        {
            Forecasts =
            [
                new SeriesForecast(1, 8, Forecast()) { BiasSimilarity = 1 },
                new SeriesForecast(0.5, 8, Forecast()) { BiasSimilarity = 0.999, PixelRatio = 0.25 },
            ],
            Candidates = RenderConfiguration.Grid([0.5, 1], Ladder, [8]),
        };

        Optimizer.Choose(request).Chosen.ResolutionScale.Should().Be(0.5);
        SeriesForecast[] blurred = [request.Forecasts[0], new SeriesForecast(0.5, 8, Forecast()) { BiasSimilarity = 0.8, PixelRatio = 0.25 }];
        Optimizer.Choose(request with { Forecasts = blurred }).Chosen.ResolutionScale.Should().Be(1, "a scale that loses a fifth without noise cannot keep 0.85");
        SeriesForecast[] unmeasured = [request.Forecasts[0], new SeriesForecast(0.5, 8, Forecast()) { PixelRatio = 0.25 }];
        Optimizer.Choose(request with { Forecasts = unmeasured }).Chosen.ResolutionScale.Should().Be(1, "a loss that was not measured is not assumed away");
    }

    [Fact]
    public void Choose_BiasAndNoise_AddInTheWorstCaseByTheTriangleInequality()
    {
        SeriesForecast biased = new(1, 8, Forecast()) { BiasSimilarity = 0.96 };

        ConfigurationDecision plain = Optimizer.Choose(Request(0.999999) with { Candidates = [new RenderConfiguration(1, 64, 8)] });
        ConfigurationDecision decision = Optimizer.Choose(Request(0.999999) with { Candidates = [new RenderConfiguration(1, 64, 8)], Forecasts = [biased] });

        double expected = 1 - Math.Pow(Math.Sqrt(1 - plain.Quality!.Lower) + 0.2, 2);
        decision.Quality!.Lower.Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void Choose_NoEvidenceAtAll_NamesTheSafestCandidate()
    {
        ConfigurationDecision decision = Optimizer.Choose(Request(0.5) with
        {
            Forecasts = [new SeriesForecast(1, 8, new PilotForecaster().Forecast([new(4, 1, 0.1)])) { BiasSimilarity = 1 }],
            Candidates = RenderConfiguration.Grid([0.5, 1], [4, 64], [2, 8]),
        });

        decision.Outcome.Should().Be(ConfigurationOutcome.InsufficientEvidence);
        decision.Chosen.Should().Be(new RenderConfiguration(1, 64, 8));
        decision.Evidence.IsSufficient.Should().BeFalse();
        (decision.Quality, decision.CpuSeconds, decision.Cost).Should().Be((null, null, null));
        decision.Explain().Should().Contain("no promise").And.Contain("different sample counts");
    }

    [Theory]
    [InlineData(QualityScale.PassRate)]
    [InlineData(QualityScale.Accuracy)]
    [InlineData(QualityScale.Score)]
    public void Choose_OtherQualityScale_IsInsufficientEvidence(QualityScale scale) =>
        Optimizer.Choose(Request(0.5) with { Target = new QualityTarget(0.5, scale) }).Outcome.Should().Be(ConfigurationOutcome.InsufficientEvidence);

    [Fact]
    public void Choose_AnyOrderOfInputs_GivesTheSameDecision() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            ConfigurationRequest request = RandomRequest(random);
            RenderConfiguration[] candidates = [.. request.Candidates, request.Candidates[0]];
            SeriesForecast[] forecasts = [.. request.Forecasts];
            random.Shuffle(candidates);
            random.Shuffle(forecasts);
            ConfigurationDecision one = Optimizer.Choose(request);
            ConfigurationDecision other = Optimizer.Choose(request with { Candidates = candidates, Forecasts = forecasts });
            return one.Chosen == other.Chosen && one.Outcome == other.Outcome && one.Explain() == other.Explain() && one.Rejected.SequenceEqual(other.Rejected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Choose_AnyRequest_IsTheCheapestThatMeetsTheTarget() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            ConfigurationRequest request = RandomRequest(new Random(seed));
            ConfigurationDecision decision = Optimizer.Choose(request);
            bool reached = decision.Rejected.Any(other => other.Quality?.Lower >= decision.RequiredQuality);
            return decision.Outcome switch
            {
                ConfigurationOutcome.Promised => decision.Quality!.Lower >= decision.RequiredQuality
                    && !decision.Rejected.Any(other => other.Quality?.Lower >= decision.RequiredQuality && other.CpuSeconds!.Estimate < decision.CpuSeconds!.Estimate),
                _ => !reached && !(decision.Quality?.Lower >= decision.RequiredQuality),
            };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Choose_RequestsOutOfRange_AreMisuse()
    {
        ConfigurationRequest good = Request(0.9);
        ConfigurationRequest[] bad =
        [
            good with { Candidates = [] },
            good with { PricePerCpuHour = double.NaN },
            good with { PricePerCpuHour = -1 },
            good with { MaxCost = double.NaN },
            good with { MaxCpuSeconds = -1 },
            good with { Confidence = 0.4 },
            good with { Confidence = 1 },
            good with { Profile = (OptimizationProfile)99 },
            good with { Candidates = [null!] },
        ];

        bad.Should().AllSatisfy(request => Optimizer.Invoking(optimizer => optimizer.Choose(request)).Should().Throw<ArgumentException>());
        Optimizer.Invoking(optimizer => optimizer.Choose(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Explain_Promise_SaysWhatCheaperOnesLack()
    {
        string text = Optimizer.Choose(Request(0.9)).Explain();

        text.Should().StartWith("Chosen: ").And.Contain("Asked: 0.9 Ssim, with 90 % confidence.").And.Contain("Cheaper: ").And.Contain("short of 0.9.");
    }

    [Fact]
    public void RenderConfiguration_OutOfRange_IsMisuse()
    {
        FluentActions.Invoking(() => new RenderConfiguration(0, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RenderConfiguration(1.01, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RenderConfiguration(double.NaN, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RenderConfiguration(1, 0, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RenderConfiguration(1, 1, -1)).Should().Throw<ArgumentOutOfRangeException>();
        RenderConfiguration.Grid([1, 0.5, 1], [4, 8], [2]).Should().HaveCount(4);
    }

    private static ConfigurationRequest RandomRequest(Random random)
    {
        double[] scales = [0.5, 1];
        int[] bounces = [4, 8];
        return new ConfigurationRequest
        {
            Target = new QualityTarget(0.3 + (0.69 * random.NextDouble()), QualityScale.Ssim),
            Profile = (OptimizationProfile)random.Next(3),
            Forecasts = [.. from scale in scales from bounce in bounces where random.Next(4) > 0
                            select new SeriesForecast(scale, bounce, Forecast(0.5 + random.NextDouble(), 0.5 + random.NextDouble())) { PixelRatio = scale * scale, BiasSimilarity = 1 - (0.1 * random.NextDouble()) }],
            Candidates = RenderConfiguration.Grid(scales, [4, 16, 64, 256], bounces),
        };
    }
}
