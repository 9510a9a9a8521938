using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class FlipDifferenceTests
{
    [Theory]
    [InlineData(41, 27, 67.0)]
    [InlineData(7, 300, 25.0)]
    [InlineData(210, 5, 110.0)]
    [InlineData(1, 1, 67.0)]
    public void MeasureMap_SmallPictures_EqualThePaperPixelByPixel(int width, int height, double pixelsPerDegree)
    {
        var random = new Random(width);
        var shape = new ImageShape(width, height, 3);
        byte[] reference = new byte[shape.Length];
        random.NextBytes(reference);
        byte[] candidate = [.. reference.Select((value, at) => at % 7 < 3 ? value : (byte)Math.Clamp(value + random.Next(-90, 91), 0, 255))];
        double[] expected = SlowFlip.Map(reference, candidate, shape, pixelsPerDegree);
        float[] map = new float[shape.Pixels];

        FlipResult result = FlipDifference.MeasureMap<byte>(reference, candidate, shape, map, pixelsPerDegree);

        for (int at = 0; at < map.Length; at++)
        {
            ((double)map[at]).Should().BeApproximately(expected[at], 5e-5, "pixel {0}", at);
        }

        result.Mean.Should().BeApproximately(expected.Average(), 1e-5);
        result.Maximum.Should().BeApproximately(expected.Max(), 5e-5);
        double[] sorted = [.. map.Order()];
        double half = 0, total = sorted.Sum();
        double median = sorted.First(value => (half += value) >= 0.5 * total);
        result.WeightedMedian.Should().BeApproximately(median, 1e-12);
    }

    [Fact]
    public void MeasureMap_AnyNumberOfLanes_GivesTheSameBits()
    {
        var random = new Random(2);
        var shape = new ImageShape(230, 61, 3);
        byte[] reference = new byte[shape.Length], candidate = new byte[shape.Length];
        random.NextBytes(reference);
        random.NextBytes(candidate);
        float[] plain = new float[shape.Pixels], wide = new float[shape.Pixels];
        FlipDifference.MeasureMap<byte>(reference, candidate, shape, plain, 67, 1);

        foreach (int lanes in (int[])[4, 8, 16])
        {
            FlipDifference.MeasureMap<byte>(reference, candidate, shape, wide, 67, lanes);
            wide.Should().Equal(plain, "with {0} lanes", lanes);
        }
    }

    [Fact]
    public void Measure_EqualImages_IsZero()
    {
        byte[] picture = [.. Enumerable.Range(0, 90 * 70 * 3).Select(at => (byte)(at * 31))];

        FlipResult result = FlipDifference.Measure<byte>(picture, picture, new ImageShape(90, 70, 3));

        result.Should().Be(new FlipResult(ImageComparisonStatus.Compared, 0, 0, 0, 0, 0, 0, new CropRegion(0, 0, 64, 64)));
    }

    [Fact]
    public void Measure_OtherTypesGreyAndAlpha_AgreeWithBytesOfThreeChannels()
    {
        var random = new Random(6);
        byte[] grey = new byte[50 * 40], other = new byte[grey.Length];
        random.NextBytes(grey);
        random.NextBytes(other);
        byte[] Coloured(byte[] from, int channels) => [.. from.SelectMany(value => Enumerable.Range(0, channels).Select(channel => channel < 3 ? value : (byte)random.Next(256)))];
        byte[] reference = Coloured(grey, 3), candidate = Coloured(other, 3);
        FlipResult expected = FlipDifference.Measure<byte>(reference, candidate, new ImageShape(50, 40, 3));

        FlipDifference.Measure<byte>(grey, other, new ImageShape(50, 40)).Should().Be(expected);
        FlipDifference.Measure<byte>(Coloured(grey, 4), Coloured(other, 4), new ImageShape(50, 40, 4)).Should().Be(expected);
        FlipDifference.Measure<ushort>(Array.ConvertAll(reference, value => (ushort)(value * 257)), Array.ConvertAll(candidate, value => (ushort)(value * 257)), new ImageShape(50, 40, 3)).Should().Be(expected);
        FlipDifference.Measure<double>(Array.ConvertAll(reference, value => value / 255.0), Array.ConvertAll(candidate, value => value / 255.0), new ImageShape(50, 40, 3)).Should().Be(expected);
    }

    [Fact]
    public void Measure_OneWrongPatch_IsTheWorstTile()
    {
        byte[] picture = [.. Enumerable.Repeat((byte)100, 200 * 150)], forged = [.. picture];
        for (int y = 70; y < 86; y++)
        {
            forged.AsSpan((y * 200) + 140, 16).Fill(200);
        }

        FlipDifference.Measure<byte>(picture, forged, new ImageShape(200, 150)).WorstTileRegion.Should().Be(new CropRegion(128, 64, 64, 64));
    }

    [Fact]
    public void Measure_ImagesThatCannotBeCompared_SayWhy()
    {
        float[] broken = [0, 1, float.PositiveInfinity, 0];
        var shape = new ImageShape(2, 2);

        FlipDifference.Measure<byte>(new byte[3], new byte[4], shape).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        FlipDifference.Measure<byte>([], [], default).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        FlipDifference.Measure<byte>(new byte[8], new byte[8], new ImageShape(2, 2, 2)).Status.Should().Be(ImageComparisonStatus.WrongChannels);
        FlipDifference.Measure<float>(broken, new float[4], shape).Status.Should().Be(ImageComparisonStatus.NonFinite);
        FlipDifference.Measure<float>(broken, new float[4], shape).Mean.Should().Be(double.NaN);
        FluentActions.Invoking(() => FlipDifference.Measure<float>(broken, broken, shape, 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => FlipDifference.MeasureMap<float>(broken, broken, shape, new float[3])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Measure_OnceWarm_AllocatesNothing()
    {
        byte[] picture = [.. Enumerable.Range(0, 200 * 150).Select(at => (byte)at)], other = [.. picture.Reverse()];
        var shape = new ImageShape(200, 150);
        FlipDifference.Measure<byte>(picture, other, shape, 66);

        // Other tests share the filters kept for the last distance: as few allocations as one set of them takes are no leak.
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            FlipDifference.Measure<byte>(picture, other, shape, 66);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
    }
}
