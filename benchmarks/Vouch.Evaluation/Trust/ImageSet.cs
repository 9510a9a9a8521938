using Vouch.TrustEngine.Imaging;

namespace Vouch.Evaluation.Trust;

/// <summary>An image with values in [0, 1].</summary>
internal sealed record FloatImage(ImageShape Shape, float[] Pixels)
{
    public static FloatImage Load(string path)
    {
        try
        {
            (int width, int height, int channels, byte[] pixels) = PngReader.Read(path);
            return new FloatImage(new ImageShape(width, height, channels), Array.ConvertAll(pixels, value => value / 255f));
        }
        catch (InvalidDataException wrong)
        {
            throw new MissingDataException(wrong.Message);
        }
    }

    /// <summary>The share of the pixels in which two images agree to within some levels of 255.</summary>
    public double Agreement(FloatImage other, double levels)
    {
        if (other.Shape != Shape)
        {
            return 0;
        }

        int agree = 0;
        for (int at = 0; at < Pixels.Length; at += Shape.Channels)
        {
            bool same = true;
            for (int channel = at; channel < at + Shape.Channels; channel++)
            {
                same &= Math.Abs(Pixels[channel] - other.Pixels[channel]) <= (levels + 0.01) / 255;
            }

            agree += same ? 1 : 0;
        }

        return (double)agree / Shape.Pixels;
    }

    /// <summary>The mean squared difference; infinite for images of another size.</summary>
    public double Distance(FloatImage other) =>
        other.Shape == Shape ? MeanSquaredError.Compute<float>(Pixels, other.Pixels, Shape).Value : double.PositiveInfinity;
}

/// <summary>The images of one set, and which of them may play the verifier's renders for a candidate.</summary>
internal sealed class ImageSet
{
    private const double CopyShare = 0.9;
    private const double LocalShare = 0.5;

    private readonly List<FloatImage> _independent = [];
    private readonly List<FloatImage> _honest = [];

    private ImageSet(FloatImage reference, IReadOnlyDictionary<string, FloatImage> candidates)
    {
        Reference = reference;
        Candidates = candidates;
    }

    public FloatImage Reference { get; }

    public IReadOnlyDictionary<string, FloatImage> Candidates { get; }

    public static ImageSet Load(EvaluationRun run, string name, IReadOnlyList<ImageEntry> entries)
    {
        var set = new ImageSet(
            FloatImage.Load(run.Require($"{name}/reference.png")),
            entries.ToDictionary(entry => entry.Name, entry => FloatImage.Load(run.Require($"{name}/{entry.Name}.png"))));
        set._independent.Add(set.Reference);
        set._honest.Add(set.Reference);
        foreach (ImageEntry entry in entries.Where(entry => entry.Label == "honest"))
        {
            FloatImage image = set.Candidates[entry.Name];
            set._honest.Add(image);
            if (set._independent.TrueForAll(other => other.Agreement(image, 1) < CopyShare))
            {
                set._independent.Add(image);
            }
        }

        return set;
    }

    /// <summary>The reference and the honest images that are no copies of one another.</summary>
    public IReadOnlyList<FloatImage> Independent => _independent;

    /// <summary>The images that play the verifier's renders.</summary>
    public IReadOnlyList<FloatImage> RendersFor(FloatImage candidate) =>
        _independent.Count == 1
            ? [Reference, Reference]
            : [.. _independent.Where(image => image.Agreement(candidate, 1) < CopyShare).OrderByDescending(image => image.Distance(candidate)).Take(2)];

    /// <summary>Whether a cheat left most of an honest image as it was.</summary>
    public bool IsLocal(FloatImage cheat) => _honest.Exists(image => image.Agreement(cheat, 0) >= LocalShare);
}
