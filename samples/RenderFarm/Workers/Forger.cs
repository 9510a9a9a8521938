using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>Renders tiles, honestly or not. Same arguments, same pixels.</summary>
internal sealed class Forger(RenderScene scene, ulong secret, ulong? sharedSecret)
{
    /// <summary>Makes the picture of a unit.</summary>
    public TileImage Make(TileUnit unit, Misconduct kind, WorkUnitId? otherUnit, CancellationToken cancellationToken) =>
        Make(unit, kind, otherUnit, out _, cancellationToken);

    /// <summary>Makes the picture of a unit, and counts the rays that it took.</summary>
    public TileImage Make(TileUnit unit, Misconduct kind, WorkUnitId? otherUnit, out long rays, CancellationToken cancellationToken)
    {
        rays = 0;
        ulong seed = SeedOf(secret, unit);
        switch (kind)
        {
            case Misconduct.TooFewSamples:
                return Answer(unit, Trace(unit, unit.Region, Share(unit, 4), seed, ref rays, cancellationToken));
            case Misconduct.UpscaledLowResolution:
                return Answer(unit, Upscale(unit, seed, ref rays, cancellationToken));
            case Misconduct.StaleTile:
                // A tile that fills the picture has no other place to be taken from.
                Rect elsewhere = OtherRegion(unit);
                return Answer(unit, elsewhere == unit.Region ? Fill(unit, seed) : Trace(unit, elsewhere, unit.SamplesPerPixel, seed, ref rays, cancellationToken));
            case Misconduct.Tinted:
                return Answer(unit, Tint(Trace(unit, unit.Region, unit.SamplesPerPixel, seed, ref rays, cancellationToken), seed));
            case Misconduct.Blank:
                return Answer(unit, Fill(unit, seed));
            case Misconduct.Colluding:
                return Answer(unit, Dim(Trace(unit, unit.Region, Share(unit, 8), SeedOf(sharedSecret ?? secret, unit), ref rays, cancellationToken)));
            case Misconduct.Denoised:
                return Answer(unit, Blur(Trace(unit, unit.Region, Share(unit, 4), seed, ref rays, cancellationToken), unit.Region));
            case Misconduct.NotANumber:
                return Answer(unit, Spoil(Trace(unit, unit.Region, unit.SamplesPerPixel, seed, ref rays, cancellationToken), seed));
            case Misconduct.WrongSize:
                Rect smaller = unit.Region with { Height = Math.Max(1, unit.Region.Height - 1) };
                return new TileImage(unit.Id, smaller, unit.SamplesPerPixel, Trace(unit, smaller, unit.SamplesPerPixel, seed, ref rays, cancellationToken)[3..]);
            case Misconduct.AnotherUnit:
                Rect other = OtherRegion(unit);
                return new TileImage(otherUnit ?? new WorkUnitId("unknown"), other, unit.SamplesPerPixel, Trace(unit, other, unit.SamplesPerPixel, seed, ref rays, cancellationToken));
            default:
                return Answer(unit, Trace(unit, unit.Region, unit.SamplesPerPixel, seed, ref rays, cancellationToken));
        }
    }

    /// <summary>The seed of a worker's noise for a unit.</summary>
    public static ulong SeedOf(ulong secret, TileUnit unit) => CounterRandom.Combine(secret, CounterRandom.HashText(unit.Id.Value));

    private static TileImage Answer(TileUnit unit, float[] rgb) => new(unit.Id, unit.Region, unit.SamplesPerPixel, rgb);

    private static int Share(TileUnit unit, int parts) => Math.Max(1, unit.SamplesPerPixel / parts);

    private float[] Trace(TileUnit unit, Rect region, int samples, ulong seed, ref long rays, CancellationToken cancellationToken)
    {
        ImageTile traced = Renderer.Render(scene, scene.Camera, unit.Frame.Width, unit.Frame.Height, region, samples, unit.MaxBounces, seed, cancellationToken);
        rays += traced.Rays;
        return traced.Rgb;
    }

    /// <summary>A region of the same size elsewhere in the picture: half the picture away, or as far as there is room; the region itself when it fills the picture.</summary>
    private static Rect OtherRegion(TileUnit unit)
    {
        Rect region = unit.Region;
        int roomX = unit.Frame.Width - region.Width + 1;
        int roomY = unit.Frame.Height - region.Height + 1;
        return region with { X = (region.X + (unit.Frame.Width / 2)) % roomX, Y = (region.Y + (unit.Frame.Height / 2)) % roomY };
    }

    private float[] Upscale(TileUnit unit, ulong seed, ref long rays, CancellationToken cancellationToken)
    {
        // A picture of half the size, and of it the part under the tile plus one pixel all round.
        int width = (unit.Frame.Width + 1) / 2;
        int height = (unit.Frame.Height + 1) / 2;
        int left = Math.Max(0, (unit.Region.X / 2) - 1);
        int top = Math.Max(0, (unit.Region.Y / 2) - 1);
        var part = new Rect(left, top, Math.Min(width, ((unit.Region.Right + 1) / 2) + 1) - left, Math.Min(height, ((unit.Region.Bottom + 1) / 2) + 1) - top);
        ImageTile traced = Renderer.Render(scene, scene.Camera, width, height, part, unit.SamplesPerPixel, unit.MaxBounces, seed, cancellationToken);
        rays += traced.Rays;
        float[] small = traced.Rgb;
        float[] large = new float[3 * unit.Region.PixelCount];
        for (int y = 0; y < unit.Region.Height; y++)
        {
            float fromY = Math.Clamp(((unit.Region.Y + y + 0.5f) / 2) - 0.5f - top, 0, part.Height - 1);
            int y0 = Math.Min((int)fromY, Math.Max(0, part.Height - 2));
            int y1 = Math.Min(y0 + 1, part.Height - 1);
            for (int x = 0; x < unit.Region.Width; x++)
            {
                float fromX = Math.Clamp(((unit.Region.X + x + 0.5f) / 2) - 0.5f - left, 0, part.Width - 1);
                int x0 = Math.Min((int)fromX, Math.Max(0, part.Width - 2));
                int x1 = Math.Min(x0 + 1, part.Width - 1);
                for (int channel = 0; channel < 3; channel++)
                {
                    float upper = float.Lerp(small[(3 * ((y0 * part.Width) + x0)) + channel], small[(3 * ((y0 * part.Width) + x1)) + channel], fromX - x0);
                    float lower = float.Lerp(small[(3 * ((y1 * part.Width) + x0)) + channel], small[(3 * ((y1 * part.Width) + x1)) + channel], fromX - x0);
                    large[(3 * ((y * unit.Region.Width) + x)) + channel] = float.Lerp(upper, lower, fromY - y0);
                }
            }
        }

        return large;
    }

    private static float[] Tint(float[] rgb, ulong seed)
    {
        // Two different channels, one up and one down by 6 to 12 %.
        var random = new CounterRandom(seed, 0, 7);
        float strength = 0.06f + (0.06f * random.NextFloat());
        int up = (int)(3 * random.NextFloat());
        int down = (up + 1 + (int)(2 * random.NextFloat())) % 3;
        for (int index = 0; index < rgb.Length; index += 3)
        {
            rgb[index + up] *= 1 + strength;
            rgb[index + down] *= 1 - strength;
        }

        return rgb;
    }

    private static float[] Fill(TileUnit unit, ulong seed)
    {
        float[] rgb = new float[3 * unit.Region.PixelCount];
        var random = new CounterRandom(seed, 0, 8);
        Array.Fill(rgb, random.NextFloat() < 0.5f ? 0 : 0.18f);
        return rgb;
    }

    private static float[] Dim(float[] rgb)
    {
        for (int index = 0; index < rgb.Length; index++)
        {
            rgb[index] *= 0.92f;
        }

        return rgb;
    }

    private static float[] Spoil(float[] rgb, ulong seed)
    {
        var random = new CounterRandom(seed, 0, 9);
        for (int spoiled = 0; spoiled < Math.Max(1, rgb.Length / 300); spoiled++)
        {
            rgb[(int)(random.NextFloat() * rgb.Length)] = random.NextFloat() < 0.8f ? float.NaN : float.PositiveInfinity;
        }

        return rgb;
    }

    private static float[] Blur(float[] rgb, Rect region)
    {
        // Two passes of the binomial kernel 1 4 6 4 1.
        ReadOnlySpan<float> kernel = [1f / 16, 4f / 16, 6f / 16, 4f / 16, 1f / 16];
        float[] across = new float[rgb.Length];
        float[] result = new float[rgb.Length];
        for (int y = 0; y < region.Height; y++)
        {
            for (int x = 0; x < region.Width; x++)
            {
                for (int tap = -2; tap <= 2; tap++)
                {
                    Add(across, (y * region.Width) + x, rgb, (y * region.Width) + Math.Clamp(x + tap, 0, region.Width - 1), kernel[tap + 2]);
                }
            }
        }

        for (int y = 0; y < region.Height; y++)
        {
            for (int x = 0; x < region.Width; x++)
            {
                for (int tap = -2; tap <= 2; tap++)
                {
                    Add(result, (y * region.Width) + x, across, (Math.Clamp(y + tap, 0, region.Height - 1) * region.Width) + x, kernel[tap + 2]);
                }
            }
        }

        return result;
    }

    private static void Add(float[] to, int pixel, float[] from, int source, float weight)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            to[(3 * pixel) + channel] += weight * from[(3 * source) + channel];
        }
    }
}
