using FluentAssertions.Execution;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class NoiseAwareFrameCheckTests
{
    private static readonly NoiseAwareFrameCheck Check = new();

    [Fact]
    public void Check_HonestCandidates_AreRefusedNoOftenerThanStated()
    {
        const int Trials = 800;
        double[] pValues = new double[Trials];
        for (int trial = 0; trial < Trials; trial++)
        {
            var renderer = new SyntheticRenderer(12, 12, trial % 40);
            var random = new Random(trial);
            pValues[trial] = Check.Check(Crop(renderer, renderer.Render(16, random), 16, random)).PValue;
        }

        // Bounds that a binomial count of the stated rate passes with 99.9 %.
        using var scope = new AssertionScope();
        pValues.Count(p => p <= 0.001).Should().BeLessThanOrEqualTo(5);
        pValues.Count(p => p <= 0.01).Should().BeLessThanOrEqualTo(18);
        pValues.Count(p => p <= 0.1).Should().BeLessThanOrEqualTo(107);
        pValues.Count(p => p <= 0.5).Should().BeGreaterThan(130, "the p-values are not to be empty promises either");
    }

    [Fact]
    public void Check_HonestCandidatesInOverlappingCrops_AreRefusedNoOftenerThanStated()
    {
        const int Trials = 120;
        int low = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            var renderer = new SyntheticRenderer(16, 16, trial % 40);
            var random = new Random(trial);
            float[] candidate = renderer.Render(8, random);
            FrameCrop[] crops = [.. CropPlanner.Plan(16, 16, 10, 10, 3, random).Crops.Select(region => new FrameCrop(
                region, 3, region.CopyFrom(candidate, renderer.Shape), region.CopyFrom(renderer.Render(8, random), renderer.Shape), region.CopyFrom(renderer.Render(8, random), renderer.Shape)))];
            low += Check.Check(crops).PValue <= 0.02 ? 1 : 0;
        }

        low.Should().BeLessThanOrEqualTo(9);
    }

    public static TheoryData<string> Cheats => ["quarter of the samples", "half resolution", "stale", "tint 5 %", "blank", "blur", "median", "noise", "8 % darker"];

    [Theory]
    [MemberData(nameof(Cheats))]
    public void Check_OneCropOfACheat_IsRefusedForTheRightReason(string cheat)
    {
        const int Trials = 25;
        int refused = 0, named = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            var renderer = new SyntheticRenderer(20, 20, trial);
            var random = new Random(trial);
            float[] honest = renderer.Render(64, random);
            (float[] forged, FrameDeviation reason) = cheat switch
            {
                "quarter of the samples" => (renderer.Render(16, random), FrameDeviation.Noisier),
                "half resolution" => (ImageEdits.HalfResolution(honest, renderer.Shape), FrameDeviation.Smoother),
                "stale" => (new SyntheticRenderer(20, 20, trial + 1).Render(64, random), FrameDeviation.DifferentPicture),
                "tint 5 %" => (ImageEdits.Scale(honest, 1.05, 1, 0.95), FrameDeviation.Tinted),
                "blank" => (Enumerable.Repeat(honest.Average(), honest.Length).ToArray(), FrameDeviation.Blank),
                "blur" => (ImageEdits.Blur(honest, renderer.Shape), FrameDeviation.Smoother),
                "median" => (ImageEdits.Median(honest, renderer.Shape), FrameDeviation.Smoother),
                "noise" => ([.. honest.Select(value => value + (float)(0.4 * (random.NextDouble() - 0.5)))], FrameDeviation.Noisier),
                _ => (ImageEdits.Scale(honest, 0.6, 0.6, 0.6), FrameDeviation.Darker),
            };

            FrameVerdict verdict = Check.Check(Crop(renderer, forged, 64, random));

            refused += verdict.Outcome == FrameOutcome.Invalid ? 1 : 0;
            named += verdict.Reasons.Any(found => found.Deviation == reason) ? 1 : 0;
        }

        refused.Should().BeGreaterThanOrEqualTo(24);
        named.Should().BeGreaterThanOrEqualTo(cheat == "stale" ? 12 : 18);
    }

    [Fact]
    public void Check_MoreCrops_FindSmallerBias()
    {
        var renderer = new SyntheticRenderer(96, 96, 3);
        var random = new Random(4);
        float[] brighter = ImageEdits.Scale(renderer.Render(64, random), 1.06, 1.06, 1.06), first = renderer.Render(64, random), second = renderer.Render(64, random);
        FrameCrop Cut(CropRegion region) => new(region, 3, region.CopyFrom(brighter, renderer.Shape), region.CopyFrom(first, renderer.Shape), region.CopyFrom(second, renderer.Shape));

        FrameVerdict one = Check.Check([Cut(new CropRegion(0, 0, 12, 12))]);
        FrameVerdict all = Check.Check([.. Enumerable.Range(0, 64).Select(i => Cut(new CropRegion(12 * (i % 8), 12 * (i / 8), 12, 12)))]);

        one.Passed.Should().BeTrue();
        one.Power.SmallestDetectableBias.Should().BeGreaterThan(0.06);
        all.Power.SmallestDetectableBias.Should().BeLessThan(0.06);
        all.Reasons[0].Deviation.Should().Be(FrameDeviation.Brighter);
        all.Reasons[0].Crop.Should().Be(-1);
        all.Reasons[0].Text.Should().MatchRegex(@"^brighter by \d\.\d % ± \d\.\d %$");
        all.Statistics.Count(statistic => statistic.Crop < 0).Should().Be(10);
    }

    [Fact]
    public void Check_MoreRenders_FindFewerMissingSamples()
    {
        double[] ratios = [.. new[] { 2, 4, 8 }.Select(renders =>
        {
            var renderer = new SyntheticRenderer(16, 16, 8);
            var random = new Random(8);
            float[] candidate = renderer.Render(32, random);
            ReadOnlyMemory<float>[] own = [.. Enumerable.Range(0, renders).Select(_ => (ReadOnlyMemory<float>)renderer.Render(32, random))];
            return Check.Check([new FrameCrop(renderer.Shape, candidate, own)]).Power.SmallestDetectableSampleRatio;
        })];

        // Beyond some renders the candidate's own few pixels are the limit.
        ratios[1].Should().BeGreaterThan(ratios[0] + 0.05).And.BeLessThan(0.95);
        ratios[2].Should().BeGreaterThan(ratios[0] + 0.05).And.BeLessThan(0.95);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(0.8, 0.9)]
    public void Check_SampleRatioOfItsPower_IsFoundAboutAsOftenAsStated(double margin, double share)
    {
        int found = 0;
        const int Trials = 30;
        for (int trial = 0; trial < Trials; trial++)
        {
            var renderer = new SyntheticRenderer(18, 18, trial);
            var random = new Random(trial);
            ReadOnlyMemory<float>[] own = [renderer.Render(100, random), renderer.Render(100, random)];
            double ratio = Check.Check([new FrameCrop(renderer.Shape, renderer.Render(100, random), own)]).Power.SmallestDetectableSampleRatio;
            found += Check.Check([new FrameCrop(renderer.Shape, renderer.Render((int)(100 * ratio * margin), random), own)]).Outcome == FrameOutcome.Invalid ? 1 : 0;
        }

        // Stated for 95 % and normal noise; this noise has fireflies.
        found.Should().BeGreaterThanOrEqualTo((int)(Trials * share));
    }

    [Fact]
    public void Check_SameInput_GivesTheSameVerdict()
    {
        var renderer = new SyntheticRenderer(14, 11, 2);
        var random = new Random(2);
        IReadOnlyList<FrameCrop> crops = Crop(renderer, renderer.Render(8, random), 16, random);

        FrameVerdict first = Check.Check(crops);
        FrameVerdict[] others = [.. Enumerable.Range(0, 8).AsParallel().Select(_ => Check.Check(crops))];

        others.Should().OnlyContain(other => other.ToString() == first.ToString() && other.Statistics.SequenceEqual(first.Statistics));
    }

    [Fact]
    public void Check_NoNoiseAndTheSamePicture_Passes()
    {
        float[] picture = [.. Enumerable.Range(0, 16 * 16 * 3).Select(i => i / 768f)];
        float[] rounded = [.. picture.Select((value, i) => value * (1 + (i % 3 == 0 ? 1e-7f : -1e-7f)))];
        var shape = new ImageShape(16, 16, 3);

        Check.Check(shape, picture, picture, picture).Passed.Should().BeTrue();
        Check.Check(shape, rounded, picture, picture).Passed.Should().BeTrue();
        Check.Check(shape, new float[768], new float[768], new float[768]).Passed.Should().BeTrue();
    }

    [Fact]
    public void Check_NoNoiseAndAnotherPicture_IsRefused()
    {
        float[] picture = [.. Enumerable.Range(0, 16 * 16 * 3).Select(i => i / 768f)];
        var shape = new ImageShape(16, 16, 3);

        FrameVerdict brighter = Check.Check(shape, ImageEdits.Scale(picture, 1.01, 1.01, 1.01), picture, picture);
        FrameVerdict reversed = Check.Check(shape, picture.Reverse().ToArray(), picture, picture);

        brighter.Outcome.Should().Be(FrameOutcome.Invalid);
        brighter.Reasons.Should().Contain(reason => reason.Deviation == FrameDeviation.Brighter);
        reversed.Outcome.Should().Be(FrameOutcome.Invalid);
    }

    [Fact]
    public void Check_RoundingOfEightBitPixels_IsNoEvidence()
    {
        var check = new NoiseAwareFrameCheck(new FrameCheckOptions { AbsoluteTolerance = 1 / 255.0, RelativeTolerance = 0 });
        var random = new Random(6);
        for (int trial = 0; trial < 25; trial++)
        {
            var renderer = new SyntheticRenderer(24, 24, trial);
            float[] Rounded(double push) => [.. renderer.Render(256, random).Select(value => (float)Math.Clamp(
                Math.Round(255 * value) + (random.NextDouble() < push ? random.Next(2) == 0 ? 1 : -1 : 0), 0, 255) / 255)];

            check.Check(renderer.Shape, Rounded(0.1), Rounded(0), Rounded(0)).Outcome.Should().Be(FrameOutcome.Valid, "trial {0}", trial);
        }
    }

    [Fact]
    public void Check_PlainFacts_NeedNoStatistics()
    {
        var renderer = new SyntheticRenderer(12, 12, 1);
        var random = new Random(1);
        float[] honest = renderer.Render(16, random), first = renderer.Render(16, random), second = renderer.Render(16, random);
        float[] broken = [.. honest];
        broken[77] = float.NaN;
        float[] endless = [.. honest];
        endless[^1] = float.PositiveInfinity;

        Expect(honest[..^1], first, FrameOutcome.Invalid, FrameDeviation.WrongSize);
        Expect([], first, FrameOutcome.Invalid, FrameDeviation.WrongSize);
        Expect(broken, first, FrameOutcome.Invalid, FrameDeviation.NonFinite);
        Expect(endless, first, FrameOutcome.Invalid, FrameDeviation.NonFinite);
        Expect(honest, broken, FrameOutcome.Inconclusive, FrameDeviation.VerifierNonFinite);
        Expect(second, first, FrameOutcome.Inconclusive, FrameDeviation.CopyOfVerifier);

        void Expect(float[] candidate, float[] own, FrameOutcome outcome, FrameDeviation deviation)
        {
            FrameVerdict verdict = Check.Check(renderer.Shape, candidate, own, second);
            verdict.Outcome.Should().Be(outcome);
            verdict.Passed.Should().BeFalse();
            verdict.Reasons.Should().ContainSingle(reason => reason.Deviation == deviation);
            verdict.PValue.Should().Be(outcome == FrameOutcome.Invalid ? 0 : 1);
        }
    }

    [Fact]
    public void Check_QuarterOfTheSamplesWithAMedianFilter_ShowsInItsNeighbours()
    {
        const int Trials = 20;
        int refused = 0, named = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            var renderer = new SyntheticRenderer(24, 24, trial);
            var random = new Random(trial);

            FrameVerdict verdict = Check.Check(Crop(renderer, ImageEdits.Median(renderer.Render(16, random), renderer.Shape), 64, random));

            refused += verdict.Outcome == FrameOutcome.Invalid ? 1 : 0;
            FrameStatistic neighbours = verdict.Statistics.Single(statistic => statistic.Kind == FrameStatisticKind.Neighbours);
            named += neighbours.UpperPValue < 1e-4 ? 1 : 0;
        }

        refused.Should().BeGreaterThanOrEqualTo(19);
        named.Should().BeGreaterThanOrEqualTo(19);
    }

    [Fact]
    public void Check_PValueBetweenTheRates_IsSuspicious()
    {
        var half = new NoiseAwareFrameCheck(new FrameCheckOptions { FalseAlarmRate = 1e-12, SuspicionRate = 0.5 });
        var calm = new NoiseAwareFrameCheck(new FrameCheckOptions { FalseAlarmRate = 1e-12, SuspicionRate = 0 });
        var renderer = new SyntheticRenderer(20, 20, 4);
        var random = new Random(4);
        IReadOnlyList<FrameCrop> crops = Crop(renderer, renderer.Render(40, random), 64, random);

        FrameVerdict verdict = half.Check(crops);

        verdict.PValue.Should().BeInRange(1e-12, 0.5);
        verdict.Outcome.Should().Be(FrameOutcome.Suspicious);
        verdict.Passed.Should().BeFalse();
        verdict.Reasons.Should().NotBeEmpty();
        calm.Check(crops).Outcome.Should().Be(FrameOutcome.Valid);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    public void Check_TooFewPixels_IsInconclusive(int width, int height)
    {
        var renderer = new SyntheticRenderer(width, height, 1);
        var random = new Random(1);

        FrameVerdict verdict = Check.Check(Crop(renderer, renderer.Render(4, random), 64, random));

        verdict.Outcome.Should().Be(FrameOutcome.Inconclusive);
        verdict.Reasons.Should().ContainSingle(reason => reason.Deviation == FrameDeviation.TooLittleEvidence);
    }

    [Theory]
    [InlineData(1e30)]
    [InlineData(1e-30)]
    [InlineData(-1)]
    public void Check_ExtremeScales_AnswerAsUsual(double scale)
    {
        var check = new NoiseAwareFrameCheck(new FrameCheckOptions { AbsoluteTolerance = 0 });
        var renderer = new SyntheticRenderer(16, 16, 5);
        var random = new Random(5);
        float[] Scaled(float[] pixels) => [.. pixels.Select(value => (float)(value * scale))];
        float[] first = Scaled(renderer.Render(64, random)), second = Scaled(renderer.Render(64, random)), honest = renderer.Render(64, random);

        check.Check(renderer.Shape, Scaled(honest), first, second).Passed.Should().BeTrue();
        check.Check(renderer.Shape, Scaled(renderer.Render(8, random)), first, second).Outcome.Should().Be(FrameOutcome.Invalid);
        check.Check(renderer.Shape, Scaled(ImageEdits.Median(honest, renderer.Shape)), first, second).Outcome.Should().Be(FrameOutcome.Invalid);
    }

    [Fact]
    public void Check_AnyShapeAndContent_ComesToAVerdict()
    {
        var random = new Random(77);
        for (int trial = 0; trial < 120; trial++)
        {
            var shape = new ImageShape(random.Next(1, 14), random.Next(1, 14), random.Next(1, 6));
            float[] Content() => random.Next(4) switch
            {
                0 => new float[shape.Length],
                1 => [.. Enumerable.Repeat((float)random.NextDouble(), shape.Length)],
                2 => [.. Enumerable.Range(0, shape.Length).Select(_ => (float)(Math.Pow(10, random.Next(-40, 39)) * (random.NextDouble() - 0.3)))],
                _ => [.. Enumerable.Range(0, shape.Length).Select(_ => (float)random.NextDouble())],
            };

            FrameVerdict verdict = Check.Check([new FrameCrop(shape, Content(), [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => (ReadOnlyMemory<float>)Content())])]);

            verdict.PValue.Should().BeInRange(0, 1);
            foreach (FrameStatistic statistic in verdict.Statistics)
            {
                statistic.LowerPValue.Should().BeInRange(0, 1);
                statistic.UpperPValue.Should().BeInRange(0, 1);
            }

            (verdict.Outcome == FrameOutcome.Invalid).Should().Be(verdict.PValue <= 0.001);
        }
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        var shape = new ImageShape(2, 2);
        float[] four = new float[4];

        FluentActions.Invoking(() => Check.Check([])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Check.Check(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Check.Check([new FrameCrop(shape, four, four, four), new FrameCrop(shape, four, four)])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new FrameCrop(shape, four)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new FrameCrop(shape, four, new float[3])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new FrameCrop(default, four, four)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new NoiseAwareFrameCheck(new FrameCheckOptions { FalseAlarmRate = 0.5 })).Should().Throw<OptionsValidationException>().WithMessage("*FalseAlarmRate*");
        FluentActions.Invoking(() => new NoiseAwareFrameCheck(new FrameCheckOptions { ExchangeBlock = 3 })).Should().Throw<OptionsValidationException>().WithMessage("*even*");
        FluentActions.Invoking(() => new NoiseAwareFrameCheck((IOptions<FrameCheckOptions>)null!)).Should().Throw<ArgumentNullException>();
    }

    private static IReadOnlyList<FrameCrop> Crop(SyntheticRenderer renderer, float[] candidate, int samples, Random random) =>
        [new FrameCrop(renderer.Shape, candidate, renderer.Render(samples, random), renderer.Render(samples, random))];
}
