using System.Collections.Concurrent;
using System.Globalization;
using Vouch.Evaluation.Trust;
using Vouch.TestData;
using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

/// <summary>Figures of scikit-image 0.19 (double precision), romigrou/ssim (128-bit), ffmpeg 5.1 and FLIP 1.6 on public images, to the last printed digit; FLIP to 1e-4.</summary>
public class PublishedImageMetricsTests
{
    private const double SixDigits = 6e-7;

    private static readonly ConcurrentDictionary<string, (ImageShape Shape, byte[] Pixels)> References = new();

    [Fact]
    public void Measures_RenderedFrames_EqualScikitImage()
    {
        int compared = 0;
        foreach (Dictionary<string, string> row in SharedData.Csv("trust/images/reference_metrics.csv"))
        {
            string set = row["pair"].Split('/')[0];
            CompareAll(set + "/reference.png", row["pair"] + ".png", row, channels: compared++ % 4 == 0);
        }

        compared.Should().BeGreaterThan(40);
    }

    [Fact]
    public void Measures_Pairs_EqualScikitImage()
    {
        foreach (Dictionary<string, string> row in SharedData.Csv("trust/images/pairs/reference_metrics.csv"))
        {
            CompareAll($"pairs/{row["pair"]}_ref.png", $"pairs/{row["pair"]}_test.png", row);
        }
    }

    [Fact]
    public void Measures_WholeFrame_EqualScikitImage()
    {
        foreach (Dictionary<string, string> row in SharedData.Csv("trust/images/frame1080/reference_metrics.csv"))
        {
            CompareAll("frame1080/reference.png", row["pair"] + ".png", row);
        }
    }

    [Fact]
    public void Luma_Einstein_EqualsPublishedOracle()
    {
        (ImageShape shape, byte[] reference) = Load("einstein/reference.png");
        foreach (Dictionary<string, string> row in SharedData.Csv("trust/images/einstein/reference_metrics.csv"))
        {
            byte[] image = Load($"einstein/{row["image"]}.png").Pixels;

            StructuralSimilarity.Luma<byte>(reference, image, shape, new SimilarityOptions { DoublePrecision = true }).Value.Should().BeApproximately(Number(row["ssim_valid"]), 1e-9);
            StructuralSimilarity.Luma<byte>(reference, image, shape, new SimilarityOptions { Border = SimilarityBorder.Replicate, DoublePrecision = true }).Value
                .Should().BeApproximately(Number(row["ssim_clamp_published"]), 1e-12);
            MeanSquaredError.Compute<byte>(reference, image, shape).Value.Should().BeApproximately(Number(row["mse"]), SixDigits);
        }
    }

    [Theory]
    [InlineData("q020", "20")]
    [InlineData("q050", "50")]
    [InlineData("q080", "80")]
    public void Channel_BigBuckBunny_EqualsScikitImage(string image, string quality)
    {
        (ImageShape shape, byte[] reference) = Load("bbb360/reference.png");
        byte[] candidate = Load($"bbb360/{image}.png").Pixels;
        Dictionary<string, string> row = SharedData.Csv("trust/images/bbb360/reference_metrics.csv").Single(row => row["jpeg_quality"] == quality);

        var exact = new SimilarityOptions { DoublePrecision = true };
        for (int channel = 0; channel < 3; channel++)
        {
            StructuralSimilarity.Channel<byte>(reference, candidate, shape, channel, exact).Value.Should().BeApproximately(Number(row["valid_" + "RGB"[channel]]), 1e-8);
            StructuralSimilarity.Channel<byte>(reference, candidate, shape, channel).Value.Should().BeApproximately(Number(row["valid_" + "RGB"[channel]]), 1e-7);
            StructuralSimilarity.Channel<byte>(reference, candidate, shape, channel, exact with { Border = SimilarityBorder.Replicate }).Value
                .Should().BeApproximately(Number(row["clamp_" + "RGB"[channel]]), 1e-8);
        }

        StructuralSimilarity.Luma<byte>(reference, candidate, shape, exact).Value.Should().BeApproximately(Number(row["valid_Y"]), 1e-8);
    }

    [Fact]
    public void Flip_Tree_EqualsPublishedPercentiles()
    {
        (ImageShape shape, byte[] reference) = Load("pairs/flip_tree_ref.png");
        FlipResult flip = FlipDifference.Measure<byte>(reference, Load("pairs/flip_tree_test.png").Pixels, shape);
        Dictionary<string, double> published = SharedData.Csv("trust/images/pairs/published_values.csv").Where(row => row["pair"] == "flip_tree").ToDictionary(row => row["metric"], row => Number(row["value"]));

        flip.Mean.Should().BeApproximately(published["flip_mean"], 1e-4);
        flip.WeightedFirstQuartile.Should().BeApproximately(published["flip_weighted_percentile_25"], 1e-4);
        flip.WeightedMedian.Should().BeApproximately(published["flip_weighted_percentile_50"], 1e-4);
        flip.WeightedThirdQuartile.Should().BeApproximately(published["flip_weighted_percentile_75"], 1e-4);
    }

    private static void CompareFlip(byte[] reference, byte[] candidate, ImageShape shape, Dictionary<string, string> row, string name)
    {
        float[] map = new float[shape.Pixels];
        FlipResult flip = FlipDifference.MeasureMap<byte>(reference, candidate, shape, map);

        flip.WeightedMedian.Should().BeApproximately(Number(row["flip_wmedian"]), 1e-4, name);
        flip.Maximum.Should().BeApproximately(Number(row["flip_max"]), 1e-5, name);

        // The reference program adds up in single precision, pixel after pixel: where a picture is all white against a dark one its mean is 3e-4 off. Added up so, ours shows the same figure.
        float sum = 0;
        foreach (float value in map)
        {
            sum += value;
        }

        (sum / map.Length).Should().BeApproximately((float)Number(row["flip_mean"]), 1e-4f, name);
        flip.Mean.Should().BeApproximately(map.Average(value => (double)value), 1e-7, name);
    }

    private static void CompareAll(string referenceFile, string candidateFile, Dictionary<string, string> row, bool channels = true)
    {
        (ImageShape shape, byte[] reference) = Load(referenceFile);
        byte[] candidate = Load(candidateFile).Pixels;

        ImageSimilarity luma = StructuralSimilarity.Luma<byte>(reference, candidate, shape);
        luma.Value.Should().BeApproximately(Number(row["ssim_y"]), SixDigits, candidateFile);
        luma.WorstTile.Should().BeApproximately(Number(row["ssim_y_min_tile64"]), SixDigits, candidateFile);
        if (channels)
        {
            StructuralSimilarity.PerChannel<byte>(reference, candidate, shape).Value.Should().BeApproximately(Number(row["ssim_rgb"]), SixDigits, candidateFile);
        }

        if (StructuralSimilarity.PoolingFactor(shape) > 1)
        {
            StructuralSimilarity.Pooled<byte>(reference, candidate, shape).Value.Should().BeApproximately(Number(row["ssim_pooled"]), SixDigits, candidateFile);
        }

        StructuralSimilarity.PoolingFactor(shape).Should().Be((int)Number(row["pool_factor"]));
        PeakSignalToNoiseRatio.Compute<byte>(reference, candidate, shape).Value.Should().BeApproximately(Number(row["psnr_rgb"]), SixDigits, candidateFile);
        PeakSignalToNoiseRatio.Luma<byte>(reference, candidate, shape).Value.Should().BeApproximately(Number(row["psnr_y"]), SixDigits, candidateFile);
        MultiScaleSimilarity.Luma<byte>(reference, candidate, shape).Value.Should().BeApproximately(Number(row["msssim_y"]), SixDigits, candidateFile);
        BlockSimilarity.PerChannel(reference, candidate, shape).Value.Should().BeApproximately(Number(row["ffmpeg_ssim_gbrp"]), SixDigits, candidateFile);
        BlockSimilarity.Luma(reference, candidate, shape).Value.Should().BeApproximately(Number(row["ffmpeg_ssim_gray"]), SixDigits, candidateFile);
        CompareFlip(reference, candidate, shape, row, candidateFile);
    }

    private static (ImageShape Shape, byte[] Pixels) Load(string file) => file.EndsWith("reference.png", StringComparison.Ordinal) ? References.GetOrAdd(file, Read) : Read(file);

    private static (ImageShape Shape, byte[] Pixels) Read(string file)
    {
        (int width, int height, int channels, byte[] pixels) = PngReader.Read(SharedData.Require("trust/images/" + file));
        return (new ImageShape(width, height, channels), pixels);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
