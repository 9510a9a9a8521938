using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class BlockSimilarityTests
{
    [Fact]
    public void PerChannel_AnySize_EqualsTheDefinition()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 60; trial++)
        {
            var shape = new ImageShape(random.Next(8, 90), random.Next(8, 40), random.Next(1, 5));
            (byte[] reference, byte[] candidate) = Pair(shape, random);
            double expected = Enumerable.Range(0, shape.Channels).Average(channel => Define(reference, candidate, shape, channel));

            BlockSimilarity.PerChannel(reference, candidate, shape).Value.Should().BeApproximately(expected, 1e-6, shape.ToString());
            BlockSimilarity.Measure(reference, candidate, shape, 0, vectors: true).Should().Be(BlockSimilarity.Measure(reference, candidate, shape, 0, vectors: false), shape.ToString());
        }
    }

    [Fact]
    public void Luma_EqualChannels_IsThatOfTheGreyImage()
    {
        var random = new Random(2);
        var shape = new ImageShape(64, 48);
        (byte[] reference, byte[] candidate) = Pair(shape, random);

        byte[] Coloured(byte[] grey) => [.. grey.SelectMany(value => new[] { value, value, value })];
        ImageSimilarity colour = BlockSimilarity.Luma(Coloured(reference), Coloured(candidate), new ImageShape(64, 48, 3));

        // The conversion to grey goes through video range and comes back to the same level, give or take one.
        colour.Value.Should().BeApproximately(BlockSimilarity.Luma(reference, candidate, shape).Value, 1e-3);
        BlockSimilarity.Luma(reference, reference, shape).Value.Should().Be(1);
    }

    [Fact]
    public void Luma_ImagesThatCannotBeCompared_SayWhy()
    {
        BlockSimilarity.Luma(new byte[63], new byte[64], new ImageShape(8, 8)).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        BlockSimilarity.Luma([], [], default).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        BlockSimilarity.Luma(new byte[56], new byte[56], new ImageShape(8, 7)).Status.Should().Be(ImageComparisonStatus.TooSmall);
        BlockSimilarity.Luma(new byte[128], new byte[128], new ImageShape(8, 8, 2)).Status.Should().Be(ImageComparisonStatus.WrongChannels);
        BlockSimilarity.Luma(new byte[64], new byte[64], new ImageShape(8, 8)).Should().Be(new ImageSimilarity(ImageComparisonStatus.Compared, 1, double.NaN));
    }

    private static (byte[] Reference, byte[] Candidate) Pair(ImageShape shape, Random random)
    {
        byte[] reference = new byte[shape.Length];
        random.NextBytes(reference);
        return (reference, [.. reference.Select(value => (byte)Math.Clamp(value + random.Next(-60, 61), 0, 255))]);
    }

    private static double Define(byte[] reference, byte[] candidate, ImageShape shape, int channel)
    {
        double sum = 0;
        int count = 0;
        for (int top = 0; top + 8 <= shape.Height; top += 4)
        {
            for (int left = 0; left + 8 <= shape.Width; left += 4)
            {
                double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
                for (int at = 0; at < 64; at++)
                {
                    int index = ((((top + (at / 8)) * shape.Width) + left + (at % 8)) * shape.Channels) + channel;
                    double a = reference[index], b = candidate[index];
                    (x, y, xx, yy, xy) = (x + a, y + b, xx + (a * a), yy + (b * b), xy + (a * b));
                }

                double c1 = 416, c2 = 235963;
                sum += ((2 * x * y) + c1) * ((2 * ((64 * xy) - (x * y))) + c2) / (((x * x) + (y * y) + c1) * ((64 * (xx + yy)) - (x * x) - (y * y) + c2));
                count++;
            }
        }

        return sum / count;
    }
}
