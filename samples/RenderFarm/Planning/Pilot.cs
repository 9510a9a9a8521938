using RenderFarm.Imaging;
using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.Core.Models;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Forecasting;
using Vouch.TrustEngine.Imaging;

namespace RenderFarm.Planning;

/// <summary>Renders a few crops at 4 and 16 samples, each twice, and lets the optimizer choose the cheapest configuration that reaches the quality.</summary>
/// <remarks>
/// Work is counted in rays and not in seconds, so that the choice is the same on every machine: a million rays are an hour of a farm's worker here.
/// </remarks>
internal sealed class Pilot(RenderScene scene, FarmRequest request)
{
    public const double RaysPerHour = 1e6;

    private const int CropSize = 40;
    private const int CropsPerSide = 3;
    private static readonly int[] PilotSamples = [4, 16];
    private static readonly double[] Scales = [0.5, 1];
    private static readonly int[] Bounces = [3, 8];
    private static readonly int[] Samples = [4, 8, 16, 32, 64, 128, 256, 512];

    /// <summary>Rays spent on the pilot itself.</summary>
    public long Rays { get; private set; }

    public ConfigurationDecision Choose(double pricePerHour, CancellationToken cancellationToken)
    {
        var forecaster = new PilotForecaster();
        var series = new List<SeriesForecast>();
        float[] best = Mean(1, Bounces[^1], cancellationToken);
        foreach (double scale in Scales)
        {
            foreach (int bounces in Bounces)
            {
                PilotMeasurement[] pilot = [.. PilotSamples.Select(samples => Measure(scale, bounces, samples, cancellationToken))];
                bool isReference = scale == 1 && bounces == Bounces[^1];
                series.Add(new SeriesForecast(scale, bounces, forecaster.Forecast(pilot))
                {
                    PixelRatio = (double)request.Size * request.Size / (CropsPerSide * CropsPerSide * CropSize * CropSize),
                    BiasSimilarity = isReference ? 1 : Similarity(best, Mean(scale, bounces, cancellationToken)),
                });
            }
        }

        return new ConfigurationOptimizer().Choose(new ConfigurationRequest
        {
            Target = new QualityTarget(request.Quality, QualityScale.Ssim),
            Profile = request.Profile,
            Forecasts = series,
            Candidates = RenderConfiguration.Grid(Scales, Samples, Bounces),
            PricePerCpuHour = pricePerHour,
        });
    }

    /// <summary>A trial at one configuration: rays, noise and the similarity of two independent renders.</summary>
    private PilotMeasurement Measure(double scale, int bounces, int samples, CancellationToken cancellationToken)
    {
        (float[] first, long rays) = Render(scale, bounces, samples, 1, cancellationToken);
        (float[] second, _) = Render(scale, bounces, samples, 2, cancellationToken);
        double squares = 0;
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double difference = first[i] - second[i];
            squares += difference * difference;
            sum += first[i] + second[i];
        }

        // One render has half of the variance of the difference.
        double noise = Math.Sqrt(squares / 2 / first.Length);
        double mean = sum / 2 / first.Length;

        // Hours as seconds: the optimizer's processor time is the farm's, where a million rays take an hour.
        return new PilotMeasurement(samples, rays / RaysPerHour * 3600, noise / mean) { PairSimilarity = Similarity(first, second) };
    }

    /// <summary>The mean of all renders of a configuration at the most samples: the least noisy picture of it at hand.</summary>
    private float[] Mean(double scale, int bounces, CancellationToken cancellationToken)
    {
        (float[] first, _) = Render(scale, bounces, 4 * PilotSamples[^1], 3, cancellationToken);
        return first;
    }

    /// <summary>The crops, spread evenly over the frame, scaled up to full size and laid side by side.</summary>
    private (float[] Rgb, long Rays) Render(double scale, int bounces, int samples, ulong stream, CancellationToken cancellationToken)
    {
        int size = Math.Max(CropSize, (int)Math.Round(request.Size * scale));
        int side = Math.Min(size, (int)Math.Ceiling(CropSize * scale));
        var regions = new List<Rect>();
        for (int row = 0; row < CropsPerSide; row++)
        {
            for (int column = 0; column < CropsPerSide; column++)
            {
                regions.Add(new Rect(Position(column), Position(row), side, side));
            }
        }

        var tiles = new ImageTile[regions.Count];
        Parallel.For(0, regions.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            ulong seed = CounterRandom.Combine(request.Seed, 20 + stream, (ulong)i);
            tiles[i] = Renderer.Render(scene, scene.Camera, size, size, regions[i], samples, bounces, seed, cancellationToken);
        });
        long rays = tiles.Sum(static tile => tile.Rays);
        Rays += rays;
        return ([.. tiles.SelectMany(tile => Upscaling.Bilinear(tile.Rgb, side, side, CropSize, CropSize))], rays);

        int Position(int index) => (size - side) * ((2 * index) + 1) / (2 * CropsPerSide);
    }

    /// <summary>The mean similarity of the crops, as displayed.</summary>
    private double Similarity(float[] first, float[] second)
    {
        int length = 3 * CropSize * CropSize;
        double sum = 0;
        int crops = first.Length / length;
        for (int crop = 0; crop < crops; crop++)
        {
            byte[] a = ToneMap.Encode(first.AsSpan(crop * length, length), scene.Exposure);
            byte[] b = ToneMap.Encode(second.AsSpan(crop * length, length), scene.Exposure);
            sum += StructuralSimilarity.Luma<byte>(a, b, new ImageShape(CropSize, CropSize, 3)).Value;
        }

        return sum / crops;
    }
}
