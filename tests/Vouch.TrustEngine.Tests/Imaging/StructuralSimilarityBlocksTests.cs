using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

/// <summary>Large images are measured in single precision: the figures must be those of double precision, on any number of lanes.</summary>
public class StructuralSimilarityBlocksTests
{
    private static readonly ImageShape Shape = new(333, 291);

    public static TheoryData<string> Pictures => ["noise", "stripes", "checks", "one level", "split", "dim difference", "gradient", "tiles"];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Luma_LargeImage_IsWithinAMillionthOfDoublePrecision(string picture)
    {
        (byte[] reference, byte[] candidate) = Paint(picture);
        double[] map = new double[Shape.Pixels];
        foreach (SimilarityBorder border in Enum.GetValues<SimilarityBorder>())
        {
            var options = new SimilarityOptions { Border = border };

            // Maps are measured in double precision.
            ImageSimilarity exact = StructuralSimilarity.LumaMap<byte>(reference, candidate, Shape, map, options);
            ImageSimilarity fast = StructuralSimilarity.Luma<byte>(reference, candidate, Shape, options);

            fast.Value.Should().BeApproximately(exact.Value, 1e-6, border.ToString());
            fast.WorstTile.Should().BeApproximately(exact.WorstTile, 1e-6, border.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Luma_AnyNumberOfLanes_GivesTheSameBits(string picture)
    {
        (byte[] reference, byte[] candidate) = Paint(picture);
        float[] floats = Array.ConvertAll(reference, value => value / 255f), others = Array.ConvertAll(candidate, value => value / 255f);
        foreach (SimilarityBorder border in Enum.GetValues<SimilarityBorder>())
        {
            var options = new SimilarityOptions { Border = border, TileSize = 50 };
            ImageSimilarity? plain = StructuralSimilarity.MeasureBlocks<byte>(reference, candidate, Shape, 0, options, 1);
            ImageSimilarity? plainFloats = StructuralSimilarity.MeasureBlocks<float>(floats, others, Shape, 0, options, 1);

            plain.Should().NotBeNull();
            plainFloats!.Value.Value.Should().BeApproximately(plain!.Value.Value, 1e-6);
            foreach (int lanes in (int[])[4, 8, 16])
            {
                StructuralSimilarity.MeasureBlocks<byte>(reference, candidate, Shape, 0, options, lanes).Should().Be(plain);
                StructuralSimilarity.MeasureBlocks<float>(floats, others, Shape, 0, options, lanes).Should().Be(plainFloats);
            }
        }
    }

    [Fact]
    public void Luma_OtherTypesAndColours_AgreeWithDoublePrecision()
    {
        var random = new Random(5);
        var shape = new ImageShape(270, 260, 4);
        ushort[] reference = [.. Enumerable.Range(0, shape.Length).Select(_ => (ushort)random.Next(65536))];
        ushort[] candidate = [.. reference.Select(value => (ushort)Math.Clamp(value + random.Next(-9000, 9000), 0, 65535))];
        double[] map = new double[shape.Pixels];

        StructuralSimilarity.Luma<ushort>(reference, candidate, shape).Value.Should().BeApproximately(StructuralSimilarity.LumaMap<ushort>(reference, candidate, shape, map).Value, 1e-6);
        double[] wide = Array.ConvertAll(reference, value => value / 65535.0), other = Array.ConvertAll(candidate, value => value / 65535.0);
        StructuralSimilarity.Luma<double>(wide, other, shape).Value.Should().BeApproximately(StructuralSimilarity.LumaMap<double>(wide, other, shape, map).Value, 1e-6);
    }

    [Fact]
    public void Luma_ValuesFarOutsideTheRange_AreMeasuredInDoublePrecision()
    {
        (byte[] bytes, byte[] others) = Paint("noise");
        float[] reference = Array.ConvertAll(bytes, value => value * 100f), candidate = Array.ConvertAll(others, value => value * 100f);

        StructuralSimilarity.MeasureBlocks<float>(reference, candidate, Shape, 0, SimilarityOptions.Default, 8).Should().BeNull();
        StructuralSimilarity.Luma<float>(reference, candidate, Shape).Should().Be(StructuralSimilarity.LumaMap<float>(reference, candidate, Shape, new double[Shape.Pixels]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Luma_OneValueThatIsNoNumber_IsNonFinite(float broken)
    {
        (byte[] bytes, byte[] others) = Paint("gradient");
        float[] reference = Array.ConvertAll(bytes, value => value / 255f), candidate = Array.ConvertAll(others, value => value / 255f);
        candidate[(200 * Shape.Width) + 332] = broken;

        StructuralSimilarity.Luma<float>(reference, candidate, Shape).Status.Should().Be(ImageComparisonStatus.NonFinite);
        StructuralSimilarity.Luma<float>(candidate, reference, Shape).Status.Should().Be(ImageComparisonStatus.NonFinite);
    }

    [Fact]
    public void Luma_OnceWarm_AllocatesNothing()
    {
        (byte[] reference, byte[] candidate) = Paint("noise");

        Allocations.Of(
            () =>
            {
                StructuralSimilarity.Luma<byte>(reference, candidate, Shape);
                BlockSimilarity.Luma(reference, candidate, Shape);
            },
            times: 1).Should().Be(0);
    }

    // Pictures that are hard on squares: gross contrast beside faint differences.
    private static (byte[] Reference, byte[] Candidate) Paint(string picture)
    {
        var random = new Random(9);
        byte[] reference = new byte[Shape.Pixels], candidate = new byte[Shape.Pixels];
        for (int at = 0; at < reference.Length; at++)
        {
            int x = at % Shape.Width, y = at / Shape.Width;
            (int value, int change) = picture switch
            {
                "noise" => (random.Next(256), random.Next(-30, 31)),
                "stripes" => (x % 64 < 32 ? 0 : 255, random.Next(-2, 3)),
                "checks" => (((x / 4) + (y / 4)) % 2 * 255, random.Next(-2, 3)),
                "one level" => (255, -1),
                "split" => (x < 160 ? 0 : 255, random.Next(-2, 3)),
                "dim difference" => (x % 128 < 64 ? 255 : 254, random.Next(2) - 1),
                "gradient" => (x * 255 / Shape.Width, random.Next(-2, 3)),
                _ => (((x / 64) + (y / 64)) % 2 * 255, x & 1),
            };
            reference[at] = (byte)value;
            candidate[at] = (byte)Math.Clamp(value + change, 0, 255);
        }

        return (reference, candidate);
    }
}
