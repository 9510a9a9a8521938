using Vouch.TrustEngine.Imaging;

namespace Vouch.Evaluation.Trust;

/// <summary>
/// Patches of inverted pixels put into honest frames at random: how many a scan against a second render finds, and how many random crops miss, beside what the crop planner states.
/// How much of a patch a crop must hold to show it is measured on other places of the frame first, never on those that are counted.
/// </summary>
internal sealed class LocalTampering(NoiseAwareFrameCheck check, FrameScan scan, int side, int patches, int seed)
{
    private const int Small = 16;
    private const int Large = 64;
    private const int Tries = 24;

    private int _found;
    private int _scanned;
    private int _missed;
    private int _looked;
    private double _stated;

    public int Patches => _scanned;

    public double FoundByScan => _scanned == 0 ? double.NaN : (double)_found / _scanned;

    public double MissStated => _looked == 0 ? double.NaN : _stated / _looked;

    public double MissMeasured => _looked == 0 ? double.NaN : (double)_missed / _looked;

    public void Add(ImageSet images, double budget)
    {
        if (images.Independent.Count < 3)
        {
            return;
        }

        FloatImage honest = images.Independent[2];
        IReadOnlyList<FloatImage> renders = [images.Independent[0], images.Independent[1]];
        ImageShape shape = honest.Shape;
        int crops = Math.Max(1, (int)(budget * shape.Pixels / (2.0 * side * side)));
        var random = new Random(seed);
        int least = LeastOverlap(honest, renders, crops, random);
        double stated = CropPlanner.MissProbability(shape.Width, shape.Height, side, side, crops, Large, Large, least);
        for (int patch = 0; patch < patches; patch++)
        {
            _scanned++;
            _found += scan.Compare(shape, Invert(honest, Place(shape, Small, random)), renders[patch % 2].Pixels).Outcome == FrameOutcome.Invalid ? 1 : 0;
            _looked++;
            _stated += stated;
            float[] forged = Invert(honest, Place(shape, Large, random));
            CropPlan plan = CropPlanner.Plan(shape.Width, shape.Height, side, side, crops, random);
            _missed += check.Check([.. plan.Crops.Select(crop => Cut(crop, forged, renders, shape))]).Outcome == FrameOutcome.Invalid ? 0 : 1;
        }
    }

    // The fewest pixels of a crop that, inverted, show in half of the tries or more.
    private int LeastOverlap(FloatImage honest, IReadOnlyList<FloatImage> renders, int crops, Random random)
    {
        for (int columns = 1; columns <= side; columns++)
        {
            int shown = 0;
            for (int attempt = 0; attempt < Tries; attempt++)
            {
                CropPlan plan = CropPlanner.Plan(honest.Shape.Width, honest.Shape.Height, side, side, crops, random);
                float[] forged = Invert(honest, plan.Crops[random.Next(crops)] with { Width = columns });
                shown += check.Check([.. plan.Crops.Select(crop => Cut(crop, forged, renders, honest.Shape))]).Outcome == FrameOutcome.Invalid ? 1 : 0;
            }

            if (2 * shown >= Tries)
            {
                return columns * side;
            }
        }

        return side * side;
    }

    private static FrameCrop Cut(CropRegion crop, float[] candidate, IReadOnlyList<FloatImage> renders, ImageShape shape) =>
        new(crop, shape.Channels, crop.CopyFrom(candidate, shape), [.. renders.Select(render => (ReadOnlyMemory<float>)crop.CopyFrom(render.Pixels, shape))]);

    private static CropRegion Place(ImageShape shape, int size, Random random) =>
        new(random.Next(shape.Width - size + 1), random.Next(shape.Height - size + 1), size, size);

    private static float[] Invert(FloatImage image, CropRegion region)
    {
        float[] forged = [.. image.Pixels];
        for (int y = region.Y; y < region.Y + region.Height; y++)
        {
            for (int at = ((y * image.Shape.Width) + region.X) * image.Shape.Channels; at < ((y * image.Shape.Width) + region.X + region.Width) * image.Shape.Channels; at++)
            {
                forged[at] = 1 - forged[at];
            }
        }

        return forged;
    }
}
