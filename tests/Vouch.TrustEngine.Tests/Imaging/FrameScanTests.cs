using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class FrameScanTests
{
    private static readonly FrameScan Scan = new();

    [Fact]
    public void Compare_HonestFrames_AreValid()
    {
        for (int scene = 0; scene < 12; scene++)
        {
            var renderer = new SyntheticRenderer(160, 96, scene);
            FrameScanResult result = Scan.Compare(renderer.Shape, renderer.Render(3, new Random(scene)), renderer.Render(3, new Random(1000 + scene)));

            result.Outcome.Should().Be(FrameOutcome.Valid, "scene {0}: {1}", scene, result);
            result.TypicalScore.Should().BeLessThan(0.3);
            result.WorstScore.Should().BeLessThan(result.Limit);
        }
    }

    // At least so many of 30. Clones and flat patches can lie below this renderer's noise where the picture is alike.
    public static TheoryData<string, int> Forgeries => new() { { "inverted", 30 }, { "black", 30 }, { "cloned", 26 }, { "blurred twice as bright", 26 } };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Compare_PatchesOf16Pixels_AreFoundWhereTheyAreAtLeastSoOften(string forgery, int least)
    {
        int found = 0;
        var random = new Random(7);
        for (int trial = 0; trial < 30; trial++)
        {
            var renderer = new SyntheticRenderer(96, 80, trial % 6);
            float[] honest = renderer.Render(64, random), second = renderer.Render(64, random), forged = [.. honest];
            int left = random.Next(96 - 16), top = random.Next(80 - 16);
            for (int at = 0; at < 16 * 16 * 3; at++)
            {
                int x = left + (at / 3 % 16), y = top + (at / 48), index = (((y * 96) + x) * 3) + (at % 3);
                int elsewhere = (((((y + 37) % 80) * 96) + ((x + 49) % 96)) * 3) + (at % 3);
                forged[index] = forgery switch { "inverted" => 1.2f - honest[index], "cloned" => honest[elsewhere], "black" => 0, _ => 2 * honest[((((top + 8) * 96) + left + 8) * 3) + (at % 3)] };
            }

            FrameScanResult result = Scan.Compare(renderer.Shape, forged, second);

            found += result.Outcome == FrameOutcome.Invalid && result.WorstTile.Overlap(new CropRegion(left, top, 16, 16)) >= 64 && result.Reasons[0].Deviation == FrameDeviation.DifferentPicture ? 1 : 0;
        }

        found.Should().BeGreaterThanOrEqualTo(least);
    }

    [Fact]
    public void Compare_HeatMap_HoldsTheScoreOfEveryTile()
    {
        var renderer = new SyntheticRenderer(70, 45, 3);
        FrameScanResult result = Scan.Compare(renderer.Shape, renderer.Render(8, new Random(1)), renderer.Render(8, new Random(2)));

        result.Columns.Should().Be(8);
        result.HeatMap.Length.Should().Be(8 * 5);
        result.Step.Should().Be(8);
        result.HeatMap.ToArray().Max().Should().Be((float)result.WorstScore);
        result.WorstTile.Should().Match<CropRegion>(tile => tile.Width == 16 && tile.X + 16 <= 70 && tile.Y + 16 <= 45);
    }

    [Fact]
    public void Compare_EqualFramesAndRounding_AreValid()
    {
        var scan = new FrameScan(new FrameCheckOptions { AbsoluteTolerance = 1 / 255.0, RelativeTolerance = 0 });
        float[] picture = [.. Enumerable.Range(0, 64 * 64).Select(at => at % 256 / 255f)];
        float[] rounded = [.. picture.Select((value, at) => value + (at % 2 == 0 ? 1 / 256f : 0))];

        scan.Compare(new ImageShape(64, 64), picture, picture).Should().Match<FrameScanResult>(result => result.Passed && result.PValue == 1 && result.WorstScore == 0);
        scan.Compare(new ImageShape(64, 64), rounded, picture).Passed.Should().BeTrue();
    }

    [Fact]
    public void Compare_NoiselessFrameWithOnePatch_IsInvalid()
    {
        float[] picture = [.. Enumerable.Range(0, 64 * 64).Select(at => at % 64 / 64f)], forged = [.. picture];
        for (int y = 20; y < 36; y++)
        {
            forged.AsSpan((y * 64) + 30, 16).Fill(2);
        }

        FrameScanResult result = Scan.Compare(new ImageShape(64, 64), forged, picture);

        result.Outcome.Should().Be(FrameOutcome.Invalid);
        result.WorstTile.Overlap(new CropRegion(30, 20, 16, 16)).Should().BeGreaterThan(64);
    }

    [Fact]
    public void Compare_PlainFacts_NeedNoStatistics()
    {
        var shape = new ImageShape(4, 4);
        float[] broken = new float[16];
        broken[3] = float.NaN;

        Scan.Compare(shape, new float[15], new float[16]).Should().Match<FrameScanResult>(result => result.Outcome == FrameOutcome.Invalid && result.PValue == 0 && result.Reasons[0].Deviation == FrameDeviation.WrongSize);
        Scan.Compare(shape, broken, new float[16]).Should().Match<FrameScanResult>(result => result.Outcome == FrameOutcome.Invalid && result.Reasons[0].Deviation == FrameDeviation.NonFinite);
        Scan.Compare(shape, new float[16], broken).Should().Match<FrameScanResult>(result => result.Outcome == FrameOutcome.Inconclusive && result.Reasons[0].Deviation == FrameDeviation.VerifierNonFinite);
        FluentActions.Invoking(() => Scan.Compare(shape, new float[16], new float[15])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new FrameScan(tileSize: 15)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Compare_FrameTooSmallForItsRate_IsInconclusive()
    {
        var renderer = new SyntheticRenderer(4, 4, 1);

        Scan.Compare(renderer.Shape, renderer.Render(4, new Random(1)), renderer.Render(4, new Random(2))).Outcome.Should().Be(FrameOutcome.Inconclusive);
    }
}
