using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class FrameCheckCalibrationTests
{
    [Fact]
    public void Measure_StandardAndOwnCheats_BoundsTheirPower()
    {
        SyntheticRenderer[] renderers = [.. Enumerable.Range(0, 30).Select(scene => new SyntheticRenderer(16, 16, scene))];
        var random = new Random(1);
        IReadOnlyList<FrameCrop>[] checks = [.. renderers.Select(renderer => (IReadOnlyList<FrameCrop>)
            [new FrameCrop(renderer.Shape, renderer.Render(64, random), renderer.Render(64, random), renderer.Render(64, random))])];
        var quarter = new FrameCheat("quarter", forgery => renderers[forgery.Check].Render(16, random));
        var honest = new FrameCheat("none", forgery => renderers[forgery.Check].Render(64, random));
        var never = new FrameCheat("never", _ => null);

        FrameCalibrationReport report = new FrameCheckCalibration(new NoiseAwareFrameCheck(), 0.95).Measure(checks, [.. FrameCheats.Standard, quarter, honest, never]);

        report.HonestTrials.Should().Be(30);
        report.HonestRefused.Should().BeLessThanOrEqualTo(1);
        report.HonestRefusedUpper.Should().BeInRange(0.09, 0.16);
        CheatPower Of(string name) => report.Cheats.Single(cheat => cheat.Cheat == name);
        foreach (string cheat in (string[])["quarter", "half resolution", "blur", "median", "blank", "stale", "5 % tint"])
        {
            Of(cheat).Trials.Should().Be(30);
            Of(cheat).Found.Should().BeGreaterThanOrEqualTo(28, cheat);
        }

        // All 30 found at 1 - 0.05 / 10: the exact bound is 0.005^(1/30).
        Of("blank").PowerLower.Should().BeApproximately(Math.Pow(0.005, 1.0 / 30), 1e-9);
        Of("none").PowerLower.Should().BeLessThan(0.06);
        Of("never").Should().Be(new CheatPower("never", 0, 0, 0));
        report.DetectionPower.Should().Be(0);
    }

    [Fact]
    public void Standard_Cheats_KeepTheCropsSizeAndForgeOnlyWhatTheyCan()
    {
        var random = new Random(1);
        float[] Pixels(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
        IReadOnlyList<FrameCrop>[] lone = [[new FrameCrop(new ImageShape(5, 1), Pixels(5), Pixels(5))]];
        var forgery = new FrameForgery(lone, 0, 0);

        FrameCheats.Standard.Select(cheat => cheat.Forge(forgery)?.Length).Should().Equal(5, null, 5, 5, 5, 5, null);
        FrameCheats.Brighten(-0.5).Forge(forgery).Should().Equal(lone[0][0].Candidate.ToArray().Select(value => value * 0.5f));
        FrameCheats.Brighten(-0.5).Name.Should().Be("50 % darker");
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        var calibration = new FrameCheckCalibration(new NoiseAwareFrameCheck());

        FluentActions.Invoking(() => new FrameCheckCalibration(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new FrameCheckCalibration(new NoiseAwareFrameCheck(), 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => calibration.Measure([])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => FrameCheats.Tint(-1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => calibration.Measure([[new FrameCrop(new ImageShape(1, 1), new float[1], new float[1])]], null, new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
    }
}
