using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class MultiScaleSimilarityTests
{
    [Fact]
    public void Luma_EqualImages_IsOne()
    {
        byte[] picture = [.. Enumerable.Range(0, 180 * 177).Select(at => (byte)(at * 7 % 251))];

        MultiScaleSimilarity.Luma<byte>(picture, picture, new ImageShape(180, 177)).Value.Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void Luma_MoreNoise_IsLower()
    {
        var random = new Random(3);
        byte[] picture = [.. Enumerable.Range(0, 180 * 180).Select(at => (byte)(128 + (90 * Math.Sin(at % 180 * 0.1) * Math.Cos(at / 180 * 0.07))))];
        double Noisy(int level) => MultiScaleSimilarity.Luma<byte>(picture, [.. picture.Select(value => (byte)Math.Clamp(value + random.Next(-level, level + 1), 0, 255))], new ImageShape(180, 180)).Value;

        double[] values = [.. new[] { 2, 8, 24, 60 }.Select(Noisy)];

        values.Should().BeInDescendingOrder().And.OnlyContain(value => value > 0 && value < 1);
    }

    [Fact]
    public void Luma_NegativeOfThePicture_IsZero()
    {
        var random = new Random(4);
        byte[] picture = new byte[176 * 176];
        random.NextBytes(picture);

        MultiScaleSimilarity.Luma<byte>(picture, [.. picture.Select(value => (byte)(255 - value))], new ImageShape(176, 176)).Value.Should().Be(0);
    }

    [Fact]
    public void Luma_ScaledRange_ChangesNothing()
    {
        var random = new Random(5);
        float[] picture = [.. Enumerable.Range(0, 176 * 180).Select(_ => (float)random.NextDouble())], other = [.. picture.Select(value => value + (float)(0.2 * random.NextDouble()))];
        var shape = new ImageShape(176, 180);

        double plain = MultiScaleSimilarity.Luma<float>(picture, other, shape).Value;

        MultiScaleSimilarity.Luma<float>([.. picture.Select(value => value * 4096)], [.. other.Select(value => value * 4096)], shape, 4096).Value.Should().BeApproximately(plain, 1e-12);
    }

    [Fact]
    public void Luma_ImagesThatCannotBeCompared_SayWhy()
    {
        float[] broken = new float[176 * 176];
        broken[5] = float.NaN;

        MultiScaleSimilarity.Luma<byte>(new byte[175 * 300], new byte[175 * 300], new ImageShape(175, 300)).Status.Should().Be(ImageComparisonStatus.TooSmall);
        MultiScaleSimilarity.Luma<byte>(new byte[3], new byte[300], new ImageShape(176, 300)).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        MultiScaleSimilarity.Luma<float>(broken, new float[176 * 176], new ImageShape(176, 176)).Status.Should().Be(ImageComparisonStatus.NonFinite);
        FluentActions.Invoking(() => MultiScaleSimilarity.Luma<float>(broken, broken, new ImageShape(176, 176), 0)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
