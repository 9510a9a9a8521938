namespace Vouch.TrustEngine.Imaging;

/// <summary>Common ways to cheat with rendered pixels. Rendering with fewer samples cannot be made from finished renders: bring it as a <see cref="FrameCheat"/> of your own.</summary>
/// <remarks>Cheats that look at neighbours replicate the crop's edge. Stateless and safe to call from any thread.</remarks>
public static class FrameCheats
{
    /// <summary>Gets half the resolution blown up again bilinearly.</summary>
    public static FrameCheat HalfResolution { get; } = new("half resolution", static forgery => Upscale(forgery.Honest));

    /// <summary>Gets the mean of 3 x 3 pixels.</summary>
    public static FrameCheat Blur { get; } = new("blur", static forgery => Filter(forgery.Honest, static near =>
    {
        float sum = 0;
        foreach (float value in near)
        {
            sum += value;
        }

        return sum / near.Length;
    }));

    /// <summary>Gets the median of 3 x 3 pixels: a plain denoiser.</summary>
    public static FrameCheat Median { get; } = new("median", static forgery => Filter(forgery.Honest, static near =>
    {
        near.Sort();
        return near[near.Length / 2];
    }));

    /// <summary>Gets the crop's mean colour throughout.</summary>
    public static FrameCheat Blank { get; } = new("blank", static forgery =>
    {
        ReadOnlySpan<float> honest = forgery.Honest.Candidate.Span;
        int channels = forgery.Honest.Shape.Channels;
        double[] mean = new double[channels];
        for (int at = 0; at < honest.Length; at++)
        {
            mean[at % channels] += honest[at] / ((double)honest.Length / channels);
        }

        float[] forged = new float[honest.Length];
        for (int at = 0; at < forged.Length; at++)
        {
            forged[at] = (float)mean[at % channels];
        }

        return forged;
    });

    /// <summary>Gets the crop of another check, as a stale or mixed-up tile would show; needs a check with crops of the same shape.</summary>
    public static FrameCheat Stale { get; } = new("stale", static forgery =>
    {
        for (int step = 1; step < forgery.Checks.Count; step++)
        {
            IReadOnlyList<FrameCrop> other = forgery.Checks[(forgery.Check + step) % forgery.Checks.Count];
            if (forgery.Crop < other.Count && other[forgery.Crop].Shape == forgery.Honest.Shape)
            {
                return other[forgery.Crop].Candidate.ToArray();
            }
        }

        return null;
    });

    /// <summary>Gets the cheats with their usual strengths: 5 % brighter, 5 % tint, half resolution, blur, median, blank, stale.</summary>
    public static IReadOnlyList<FrameCheat> Standard { get; } = [Brighten(0.05), Tint(0.05), HalfResolution, Blur, Median, Blank, Stale];

    /// <summary>Makes every value larger or smaller.</summary>
    /// <param name="share">The relative change, such as 0.05; above -1.</param>
    /// <returns>The cheat.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not a finite number above -1.</exception>
    public static FrameCheat Brighten(double share)
    {
        Require(share);
        return new FrameCheat(FormattableString.Invariant($"{Math.Abs(share):P0} {(share < 0 ? "darker" : "brighter")}"), forgery => Scale(forgery.Honest, _ => 1 + share));
    }

    /// <summary>Makes the first channel stronger and the last one weaker; a single channel has no tint.</summary>
    /// <param name="share">The relative change, such as 0.05; above -1.</param>
    /// <returns>The cheat.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not a finite number above -1.</exception>
    public static FrameCheat Tint(double share)
    {
        Require(share);
        return new FrameCheat(FormattableString.Invariant($"{Math.Abs(share):P0} tint"), forgery =>
        {
            int channels = forgery.Honest.Shape.Channels;
            return channels == 1 ? null : Scale(forgery.Honest, channel => channel == 0 ? 1 + share : channel == channels - 1 ? 1 - share : 1);
        });
    }

    private static void Require(double share)
    {
        if (!(share > -1 && double.IsFinite(share)))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A relative change is a finite number above -1.");
        }
    }

    private static float[] Scale(FrameCrop crop, Func<int, double> factor)
    {
        float[] forged = crop.Candidate.ToArray();
        for (int at = 0; at < forged.Length; at++)
        {
            forged[at] = (float)(forged[at] * factor(at % crop.Shape.Channels));
        }

        return forged;
    }

    private delegate float Window(Span<float> near);

    private static float[] Filter(FrameCrop crop, Window over)
    {
        (int width, int height, int channels) = (crop.Shape.Width, crop.Shape.Height, crop.Shape.Channels);
        ReadOnlySpan<float> honest = crop.Candidate.Span;
        float[] forged = new float[honest.Length];
        Span<float> near = stackalloc float[9];
        for (int at = 0; at < forged.Length; at++)
        {
            int x = at / channels % width, y = at / channels / width, count = 0;
            for (int v = y - 1; v <= y + 1; v++)
            {
                for (int u = x - 1; u <= x + 1; u++)
                {
                    near[count++] = honest[(((Math.Clamp(v, 0, height - 1) * width) + Math.Clamp(u, 0, width - 1)) * channels) + (at % channels)];
                }
            }

            forged[at] = over(near);
        }

        return forged;
    }

    private static float[] Upscale(FrameCrop crop)
    {
        (int width, int height, int channels) = (crop.Shape.Width, crop.Shape.Height, crop.Shape.Channels);
        float[] honest = crop.Candidate.ToArray(), forged = new float[honest.Length];
        for (int at = 0; at < forged.Length; at++)
        {
            int x = at / channels % width, y = at / channels / width, channel = at % channels;
            double u = ((x + 0.5) / 2) - 0.5, v = ((y + 0.5) / 2) - 0.5;
            int left = (int)Math.Floor(u), top = (int)Math.Floor(v);
            double right = u - left, down = v - top;
            forged[at] = (float)(((1 - down) * (((1 - right) * Half(left, top)) + (right * Half(left + 1, top))))
                + (down * (((1 - right) * Half(left, top + 1)) + (right * Half(left + 1, top + 1)))));

            double Half(int column, int row)
            {
                column = Math.Clamp(column, 0, Math.Max(0, (width / 2) - 1)) * 2;
                row = Math.Clamp(row, 0, Math.Max(0, (height / 2) - 1)) * 2;
                return 0.25 * (At(column, row) + At(column + 1, row) + At(column, row + 1) + At(column + 1, row + 1));
            }

            double At(int column, int row) => honest[(((Math.Min(row, height - 1) * width) + Math.Min(column, width - 1)) * channels) + channel];
        }

        return forged;
    }
}
