using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.TrustEngine.Imaging;

namespace RenderFarm.Verification;

/// <summary>Looks at a tile through a few small secret windows: the verifier renders each twice and compares.</summary>
internal sealed class CropCheck(RenderScene scene)
{
    private const int CropSize = 8;
    private const int MaxCrops = 4;

    /// <summary>One in ten thousand honest tiles may fail one check; nobody is accused on one check alone.</summary>
    public const double FalseAlarmRate = 1e-4;

    public NoiseAwareFrameCheck Check { get; } = new(new FrameCheckOptions { FalseAlarmRate = FalseAlarmRate });

    /// <summary>The verifier's pixels over the tile's: the work of one check as a share of rendering the tile.</summary>
    public static double WorkShare(Rect region)
    {
        int side = Side(region);
        return 2.0 * Count(region) * side * side / region.PixelCount;
    }

    /// <summary>The windows of one check with the verifier's own two renders of each.</summary>
    public IReadOnlyList<Window> Open(TileUnit unit, ulong seed, CancellationToken cancellationToken)
    {
        int side = Side(unit.Region);
        CropPlan plan = CropPlanner.Plan(unit.Region.Width, unit.Region.Height, side, side, Count(unit.Region), new Random(unchecked((int)(seed ^ (seed >> 32)))));
        var windows = new List<Window>(MaxCrops);
        foreach (CropRegion crop in plan.Crops)
        {
            var region = new Rect(unit.Region.X + crop.X, unit.Region.Y + crop.Y, crop.Width, crop.Height);
            ImageTile first = Render(unit, region, CounterRandom.Combine(seed, 31, (ulong)windows.Count), cancellationToken);
            ImageTile second = Render(unit, region, CounterRandom.Combine(seed, 32, (ulong)windows.Count), cancellationToken);
            windows.Add(new Window(region, first.Rgb, second.Rgb, first.Rays + second.Rays));
        }

        return windows;
    }

    /// <summary>Judges a tile through opened windows.</summary>
    public FrameVerdict Judge(IReadOnlyList<Window> windows, ImageTile candidate) =>
        Check.Check(Crops(windows, [.. windows.Select(window => candidate.Crop(window.Region))]));

    /// <summary>What a worker's pixels show in the windows, beside the verifier's own renders.</summary>
    public static IReadOnlyList<FrameCrop> Crops(IReadOnlyList<Window> windows, IReadOnlyList<ImageTile> seen) =>
    [
        .. windows.Select((window, index) => new FrameCrop(
            new CropRegion(window.Region.X, window.Region.Y, window.Region.Width, window.Region.Height),
            channels: 3,
            seen[index].Rgb,
            new ReadOnlyMemory<float>(window.First),
            new ReadOnlyMemory<float>(window.Second))),
    ];

    private static int Side(Rect region) => Math.Min(CropSize, Math.Min(region.Width, region.Height));

    /// <summary>As many windows as a quarter of the tile holds: a check must stay cheaper than the work it saves.</summary>
    private static int Count(Rect region) => Math.Clamp(region.PixelCount / (4 * CropSize * CropSize), 1, MaxCrops);

    private ImageTile Render(TileUnit unit, Rect region, ulong seed, CancellationToken cancellationToken) =>
        Renderer.Render(scene, scene.Camera, unit.Frame.Width, unit.Frame.Height, region, unit.SamplesPerPixel, unit.MaxBounces, seed, cancellationToken);

    internal sealed record Window(Rect Region, float[] First, float[] Second, long Rays);
}
