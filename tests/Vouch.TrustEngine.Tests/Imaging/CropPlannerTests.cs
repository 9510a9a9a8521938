using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class CropPlannerTests
{
    [Fact]
    public void Plan_AnySizes_LaysEveryCropInsideTheTile()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 500; trial++)
        {
            int width = random.Next(1, 70), height = random.Next(1, 70), cropWidth = random.Next(1, width + 1), cropHeight = random.Next(1, height + 1), count = random.Next(1, 12);

            CropPlan plan = CropPlanner.Plan(width, height, cropWidth, cropHeight, count, random);

            plan.Crops.Should().HaveCount(count);
            plan.Crops.Should().OnlyContain(crop => crop.X >= 0 && crop.Y >= 0 && crop.X + crop.Width <= width && crop.Y + crop.Height <= height
                && crop.Width == cropWidth && crop.Height == cropHeight);
            plan.Cost.Should().BeApproximately((double)count * cropWidth * cropHeight / (width * height), 1e-12);
        }
    }

    [Fact]
    public void Plan_RoomForAll_HardlyOverlaps()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            IReadOnlyList<CropRegion> crops = CropPlanner.Plan(32, 32, 8, 8, 4, new Random(seed)).Crops;

            crops.SelectMany((crop, index) => crops.Skip(index + 1).Select(other => crop.Overlap(other))).Sum().Should().Be(0);
        }
    }

    [Theory]
    [InlineData(4, 8, "corner")]
    [InlineData(6, 8, "corner")]
    [InlineData(6, 1, "scattered")]
    [InlineData(5, 12, "row")]
    [InlineData(7, 3, "scattered")]
    public void CoverageProbability_CheatOfAnyForm_IsALowerBound(int count, int size, string form)
    {
        const int Width = 40, Height = 30, Trials = 4000;
        bool IsForged(int x, int y) => form switch
        {
            "corner" => x >= Width - 6 && y >= Height - 8,
            "row" => y == 0,
            _ => ((x * 7) + (y * 13)) % 23 == 0,
        };
        double share = Enumerable.Range(0, Width * Height).Count(i => IsForged(i % Width, i / Width)) / (double)(Width * Height);
        var random = new Random(count);
        int touched = 0;
        double bound = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            CropPlan plan = CropPlanner.Plan(Width, Height, size, size, count, random);
            bound = plan.CoverageProbability(share);
            touched += plan.Crops.Any(crop => Enumerable.Range(0, crop.Pixels).Any(i => IsForged(crop.X + (i % crop.Width), crop.Y + (i / crop.Width)))) ? 1 : 0;
        }

        bound.Should().BeApproximately(1 - Math.Pow(1 - share, count), 1e-12);
        (touched / (double)Trials).Should().BeGreaterThanOrEqualTo(bound - (4 * Math.Sqrt(bound * (1 - bound) / Trials)));
    }

    [Fact]
    public void Plan_SecretGenerator_DrawsOtherCropsEveryTime()
    {
        CropPlan[] plans = [.. Enumerable.Range(0, 20).Select(_ => CropPlanner.Plan(256, 256, 16, 16, 4))];

        plans.Select(plan => string.Join(' ', plan.Crops)).Distinct().Should().HaveCountGreaterThan(18);
    }

    [Fact]
    public void Plan_SameSeed_DrawsTheSameCrops() =>
        CropPlanner.Plan(64, 48, 12, 12, 5, new Random(3)).Crops.Should().Equal(CropPlanner.Plan(64, 48, 12, 12, 5, new Random(3)).Crops);

    [Theory]
    [InlineData(0.1, 0.95, 29)]
    [InlineData(0.5, 0.5, 1)]
    [InlineData(1, 0.999, 1)]
    [InlineData(0.25, 0, 1)]
    public void CropsFor_ShareAndProbability_IsTheSmallestEnough(double share, double probability, int crops) =>
        CropPlanner.CropsFor(share, probability).Should().Be(crops);

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        FluentActions.Invoking(() => CropPlanner.Plan(8, 8, 9, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => CropPlanner.Plan(8, 8, 1, 1, 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => CropPlanner.Plan(8, 8, 1, 1, 1, null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => CropPlanner.CropsFor(0, 0.5)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => CropPlanner.CropsFor(0.5, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => CropPlanner.CropsFor(1e-12, 0.9999)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => CropPlanner.Plan(8, 8, 1, 1, 1).CoverageProbability(double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new CropRegion(0, 0, 3, 3).CopyFrom(new float[4], new ImageShape(2, 2))).Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData(320, 180, 12, 12, 16, 16, 1)]
    [InlineData(320, 180, 12, 12, 64, 40, 30)]
    [InlineData(64, 64, 4, 8, 16, 16, 20)]
    [InlineData(100, 40, 3, 10, 5, 30, 1)]
    public void MissProbability_PatchAnywhere_IsThatOfDrawnPlans(int width, int height, int count, int side, int patchWidth, int patchHeight, int least)
    {
        const int Draws = 20_000;
        var random = new Random(11);
        int missed = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            var patch = new CropRegion(random.Next(width - patchWidth + 1), random.Next(height - patchHeight + 1), patchWidth, patchHeight);
            missed += CropPlanner.Plan(width, height, side, side, count, random).Crops.Any(crop => crop.Overlap(patch) >= least) ? 0 : 1;
        }

        double stated = CropPlanner.MissProbability(width, height, side, side, count, patchWidth, patchHeight, least), measured = (double)missed / Draws;
        stated.Should().BeApproximately(measured, (0.03 * measured) + (4 * Math.Sqrt(measured * (1 - measured) / Draws)));
    }

    [Fact]
    public void MissProbability_Extremes_AreZeroAndOne()
    {
        CropPlanner.MissProbability(16, 16, 16, 16, 1, 3, 3).Should().Be(0);
        CropPlanner.MissProbability(64, 64, 4, 4, 8, 16, 16, leastPixels: 17).Should().Be(1);
        FluentActions.Invoking(() => CropPlanner.MissProbability(64, 64, 4, 4, 8, 65, 16)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => CropPlanner.MissProbability(64, 64, 4, 4, 8, 16, 16, 0)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
