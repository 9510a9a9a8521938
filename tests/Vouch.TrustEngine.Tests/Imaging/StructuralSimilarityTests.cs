using FsCheck;
using FsCheck.Fluent;
using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class StructuralSimilarityTests
{
    private static readonly SimilarityOptions Bytes = new() { DynamicRange = 255 };

    [Theory]
    [InlineData(11, 11, SimilarityBorder.Valid)]
    [InlineData(24, 13, SimilarityBorder.Valid)]
    [InlineData(37, 29, SimilarityBorder.Valid)]
    [InlineData(300, 15, SimilarityBorder.Valid)]
    [InlineData(1, 1, SimilarityBorder.Replicate)]
    [InlineData(3, 7, SimilarityBorder.Replicate)]
    [InlineData(270, 12, SimilarityBorder.Replicate)]
    public void Luma_AnyShape_EqualsSlowFullWindows(int width, int height, SimilarityBorder border)
    {
        var random = new Random((width * 1000) + height);
        var shape = new ImageShape(width, height);
        double[] x = Noise(shape.Length, random), y = [.. x.Select(value => (0.8 * value) + (40 * random.NextDouble()))];

        ImageSimilarity measured = StructuralSimilarity.Luma<double>(x, y, shape, Bytes with { Border = border, TileSize = 8 });

        double[,] map = SlowMap(x, y, width, height, 255, border);
        measured.Status.Should().Be(ImageComparisonStatus.Compared);
        measured.Value.Should().BeApproximately(map.Cast<double>().Average(), 1e-12);
        measured.WorstTile.Should().BeApproximately(SlowWorstTile(map, 8), 1e-12);
    }

    [Fact]
    public void LumaMap_Image_EqualsSlowFullWindowsEverywhere()
    {
        var random = new Random(5);
        var shape = new ImageShape(31, 22);
        double[] x = Noise(shape.Length, random), y = Noise(shape.Length, random), map = new double[21 * 12];

        StructuralSimilarity.LumaMap<double>(x, y, shape, map, Bytes);

        double[,] slow = SlowMap(x, y, 31, 22, 255, SimilarityBorder.Valid);
        for (int i = 0; i < map.Length; i++)
        {
            map[i].Should().BeApproximately(slow[i / 21, i % 21], 1e-12);
        }
    }

    [Fact]
    public void Luma_TwoConstants_EqualsTheLuminanceTermByHand()
    {
        float[] x = Enumerable.Repeat(0.5f, 144).ToArray(), y = Enumerable.Repeat(0.25f, 144).ToArray();

        ImageSimilarity measured = StructuralSimilarity.Luma<float>(x, y, new ImageShape(12, 12));

        // (2 * 0.5 * 0.25 + 0.0001) / (0.25 + 0.0625 + 0.0001); variances are 0.
        measured.Value.Should().BeApproximately(0.2501 / 0.3126, 1e-12);
        measured.WorstTile.Should().BeApproximately(measured.Value, 1e-12);
    }

    [Fact]
    public void Luma_EveryNumberType_GivesOneFigure()
    {
        var random = new Random(9);
        var shape = new ImageShape(40, 25, 3);
        byte[] x = new byte[shape.Length], y = new byte[shape.Length];
        random.NextBytes(x);
        random.NextBytes(y);

        double ofBytes = StructuralSimilarity.Luma<byte>(x, y, shape).Value;

        StructuralSimilarity.Luma<float>([.. x.Select(value => (float)value)], [.. y.Select(value => (float)value)], shape, Bytes).Value.Should().Be(ofBytes);
        StructuralSimilarity.Luma<double>([.. x.Select(value => (double)value)], [.. y.Select(value => (double)value)], shape, Bytes).Value.Should().Be(ofBytes);
        StructuralSimilarity.Luma<ushort>([.. x.Select(value => (ushort)value)], [.. y.Select(value => (ushort)value)], shape, Bytes).Value.Should().Be(ofBytes);
    }

    [Fact]
    public void PerChannel_Image_IsTheMeanOfItsChannels()
    {
        var random = new Random(10);
        var shape = new ImageShape(33, 19, 3);
        double[] x = Noise(shape.Length, random), y = Noise(shape.Length, random);

        ImageSimilarity all = StructuralSimilarity.PerChannel<double>(x, y, shape, Bytes);

        ImageSimilarity[] single = [.. Enumerable.Range(0, 3).Select(channel => StructuralSimilarity.Channel<double>(x, y, shape, channel, Bytes))];
        double[] green = [.. x.Where((_, index) => index % 3 == 1)], otherGreen = [.. y.Where((_, index) => index % 3 == 1)];
        all.Value.Should().BeApproximately(single.Average(one => one.Value), 1e-15);
        all.WorstTile.Should().Be(single.Min(one => one.WorstTile));
        single[1].Should().Be(StructuralSimilarity.Luma<double>(green, otherGreen, new ImageShape(33, 19), Bytes));
    }

    [Fact]
    public void Pooled_LargeImage_EqualsLumaOfBlockMeans()
    {
        var random = new Random(11);
        var shape = new ImageShape(520, 515);
        double[] x = Noise(shape.Length, random), y = Noise(shape.Length, random);

        SimilarityOptions exact = Bytes with { DoublePrecision = true };

        ImageSimilarity pooled = StructuralSimilarity.Pooled<double>(x, y, shape, exact);

        StructuralSimilarity.PoolingFactor(shape).Should().Be(2);
        pooled.Value.Should().BeApproximately(StructuralSimilarity.Luma<double>(Halve(x), Halve(y), new ImageShape(260, 257), exact).Value, 1e-12);

        double[] Halve(double[] image) => [.. Enumerable.Range(0, 257 * 260).Select(i =>
        {
            int at = (i / 260 * 2 * 520) + (i % 260 * 2);
            return (image[at] + image[at + 1] + image[at + 520] + image[at + 521]) / 4;
        })];
    }

    [Fact]
    public void Luma_AnyImages_IsSymmetricAtMostOneAndOneForEqualImages()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var shape = new ImageShape(random.Next(11, 40), random.Next(11, 40), random.Next(2) == 0 ? 1 : 3);
            double scale = Math.Pow(10, random.Next(-6, 7));
            double[] x = [.. Noise(shape.Length, random).Select(value => value * scale)], y = [.. Noise(shape.Length, random).Select(value => value * scale)];
            double one = StructuralSimilarity.Luma<double>(x, y, shape).Value, other = StructuralSimilarity.Luma<double>(y, x, shape).Value;
            return one == other && one <= 1 && one >= -1 && StructuralSimilarity.Luma<double>(x, x, shape).Value == 1;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Luma_LesserDamage_ScoresHigher()
    {
        var random = new Random(12);
        var shape = new ImageShape(64, 64);
        double[] x = [.. Enumerable.Range(0, shape.Length).Select(i => 128 + (60 * Math.Sin(i * 0.1)))], noise = Noise(shape.Length, random);

        double Damage(double share) => StructuralSimilarity.Luma<double>(x, [.. x.Zip(noise, (value, other) => value + (share * other))], shape, Bytes).Value;

        Damage(0.05).Should().BeGreaterThan(Damage(0.1)).And.BeLessThan(1);
        Damage(0.1).Should().BeGreaterThan(Damage(0.3));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Measures_NonFiniteValue_AreTypedAnswers(float value)
    {
        var shape = new ImageShape(17, 13);
        float[] x = new float[shape.Length], y = new float[shape.Length];
        for (int at = 0; at < shape.Length; at += 31)
        {
            y[at] = value;

            StructuralSimilarity.Luma<float>(x, y, shape).Status.Should().Be(ImageComparisonStatus.NonFinite);
            StructuralSimilarity.Luma<double>(Array.ConvertAll(y, one => (double)one), new double[shape.Length], shape).Status.Should().Be(ImageComparisonStatus.NonFinite);
            StructuralSimilarity.Luma<Half>(Array.ConvertAll(y, one => (Half)one), new Half[shape.Length], shape).Status.Should().Be(ImageComparisonStatus.NonFinite);
            PeakSignalToNoiseRatio.Compute<float>(x, y, shape).Status.Should().Be(ImageComparisonStatus.NonFinite);
            y[at] = 0;
        }
    }

    [Fact]
    public void Measures_BadShapes_AreTypedAnswers()
    {
        double[] fits = new double[300], short1 = new double[299];
        var shape = new ImageShape(10, 10, 3);

        ImageSimilarity small = StructuralSimilarity.Luma<double>(fits, fits, shape);
        small.Status.Should().Be(ImageComparisonStatus.TooSmall);
        small.Value.Should().Be(double.NaN);
        StructuralSimilarity.Luma<double>(fits, fits, shape, new SimilarityOptions { Border = SimilarityBorder.Replicate }).Value.Should().Be(1);
        StructuralSimilarity.Luma<double>(fits, short1, shape).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        StructuralSimilarity.PerChannel<double>(short1, fits, shape).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        StructuralSimilarity.Luma<double>([], [], default).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        StructuralSimilarity.PerChannel<double>([], [], default).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        StructuralSimilarity.Luma<double>(fits, fits, new ImageShape(15, 10, 2)).Status.Should().Be(ImageComparisonStatus.WrongChannels);
        PeakSignalToNoiseRatio.Luma<double>(fits, fits, new ImageShape(15, 10, 2)).Status.Should().Be(ImageComparisonStatus.WrongChannels);
        MeanSquaredError.Compute<double>(fits, short1, shape).Status.Should().Be(ImageComparisonStatus.SizeMismatch);
        StructuralSimilarity.Luma<double>([.. Enumerable.Repeat(1e200, 121)], [.. Enumerable.Repeat(-1e200, 121)], new ImageShape(11, 11)).Status
            .Should().Be(ImageComparisonStatus.NonFinite);
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        double[] values = new double[121];
        var shape = new ImageShape(11, 11);

        FluentActions.Invoking(() => new ImageShape(0, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ImageShape(1, 1, 17)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ImageShape(70_000, 70_000)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new SimilarityOptions { DynamicRange = double.NaN }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new SimilarityOptions { TileSize = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => StructuralSimilarity.Channel<double>(values, values, shape, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => StructuralSimilarity.LumaMap<double>(values, values, shape, [])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => PeakSignalToNoiseRatio.Compute<double>(values, values, shape, 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Measures_OnceWarm_AllocateNothing()
    {
        var shape = new ImageShape(640, 360);
        float[] x = new float[shape.Length], y = new float[shape.Length];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.AsSpan())[..1000]);
        Array.Fill(x, 0.5f);
        Array.Fill(y, 0.25f);
        double sum = 0;

        Allocations.Of(() => sum += StructuralSimilarity.Luma<float>(x, y, shape).Value + PeakSignalToNoiseRatio.Compute<float>(x, y, shape).Value, times: 1).Should().Be(0);
        sum.Should().BePositive();
    }

    [Fact]
    public void MeanSquaredErrorAndPeakRatio_SmallImage_EqualValuesByHand()
    {
        double[] x = [0, 0, 0, 10, 10, 10], y = [1, 2, 3, 10, 10, 10];
        var shape = new ImageShape(2, 1, 3);

        MeanSquaredError.Compute<double>(x, y, shape).Value.Should().BeApproximately(14.0 / 6, 1e-14);
        MeanSquaredError.Luma<double>(x, y, shape).Value.Should().BeApproximately(Math.Pow(0.299 + (2 * 0.587) + (3 * 0.114), 2) / 2, 1e-14);
        PeakSignalToNoiseRatio.Compute<double>(x, y, shape, 255).Value.Should().BeApproximately(10 * Math.Log10(255 * 255 * 6 / 14.0), 1e-12);
        PeakSignalToNoiseRatio.Compute<double>(x, x, shape).Value.Should().Be(double.PositiveInfinity);
        MeanSquaredError.Compute<byte>([0, 255], [255, 0], new ImageShape(2, 1)).Value.Should().Be(65025);
    }

    private static double[] Noise(int length, Random random) => [.. Enumerable.Range(0, length).Select(_ => 255 * random.NextDouble())];

    // The definition, window by window, in two dimensions.
    private static double[,] SlowMap(double[] x, double[] y, int width, int height, double range, SimilarityBorder border)
    {
        double[,] weights = new double[11, 11];
        double total = 0;
        for (int v = -5; v <= 5; v++)
        {
            for (int u = -5; u <= 5; u++)
            {
                weights[v + 5, u + 5] = Math.Exp(-((u * u) + (v * v)) / 4.5);
                total += weights[v + 5, u + 5];
            }
        }

        int cut = border == SimilarityBorder.Valid ? 5 : 0;
        double[,] map = new double[height - (2 * cut), width - (2 * cut)];
        double c1 = Math.Pow(0.01 * range, 2), c2 = Math.Pow(0.03 * range, 2);
        for (int row = cut; row < height - cut; row++)
        {
            for (int column = cut; column < width - cut; column++)
            {
                double meanX = 0, meanY = 0, varianceX = 0, varianceY = 0, covariance = 0;
                for (int pass = 0; pass < 2; pass++)
                {
                    for (int v = -5; v <= 5; v++)
                    {
                        for (int u = -5; u <= 5; u++)
                        {
                            int at = (Math.Clamp(row + v, 0, height - 1) * width) + Math.Clamp(column + u, 0, width - 1);
                            double weight = weights[v + 5, u + 5] / total;
                            if (pass == 0)
                            {
                                meanX += weight * x[at];
                                meanY += weight * y[at];
                            }
                            else
                            {
                                varianceX += weight * (x[at] - meanX) * (x[at] - meanX);
                                varianceY += weight * (y[at] - meanY) * (y[at] - meanY);
                                covariance += weight * (x[at] - meanX) * (y[at] - meanY);
                            }
                        }
                    }
                }

                map[row - cut, column - cut] = ((2 * meanX * meanY) + c1) * ((2 * covariance) + c2)
                    / (((meanX * meanX) + (meanY * meanY) + c1) * (varianceX + varianceY + c2));
            }
        }

        return map;
    }

    private static double SlowWorstTile(double[,] map, int size)
    {
        double worst = double.PositiveInfinity;
        for (int top = 0; top < map.GetLength(0); top += size)
        {
            for (int left = 0; left < map.GetLength(1); left += size)
            {
                var tile = new List<double>();
                for (int y = top; y < Math.Min(top + size, map.GetLength(0)); y++)
                {
                    for (int x = left; x < Math.Min(left + size, map.GetLength(1)); x++)
                    {
                        tile.Add(map[y, x]);
                    }
                }

                worst = Math.Min(worst, tile.Average());
            }
        }

        return worst;
    }
}
