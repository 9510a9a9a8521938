using System.Globalization;

namespace Vouch.Optimizer.Configuration;

/// <summary>What a render can be told: how many pixels, how many samples in each, how many bounces of light.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record RenderConfiguration
{
    /// <summary>Initializes a configuration.</summary>
    /// <param name="resolutionScale">The scale of each side of the image, a number in (0, 1]; 1 is the full resolution.</param>
    /// <param name="samplesPerPixel">The samples per pixel, 1 or more.</param>
    /// <param name="maxBounces">The most bounces a light path may take, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RenderConfiguration(double resolutionScale, int samplesPerPixel, int maxBounces)
    {
        if (!(resolutionScale > 0 && resolutionScale <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(resolutionScale), resolutionScale, "A resolution scale is a number in (0, 1].");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerPixel, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBounces);
        ResolutionScale = resolutionScale;
        SamplesPerPixel = samplesPerPixel;
        MaxBounces = maxBounces;
    }

    /// <summary>Gets the scale of each side of the image.</summary>
    /// <value>A number in (0, 1].</value>
    public double ResolutionScale { get; }

    /// <summary>Gets the samples per pixel.</summary>
    /// <value>1 or more.</value>
    public int SamplesPerPixel { get; }

    /// <summary>Gets the most bounces a light path may take.</summary>
    /// <value>0 or more.</value>
    public int MaxBounces { get; }

    /// <summary>Makes every combination of the given values, to be offered as candidates.</summary>
    /// <param name="resolutionScales">Scales in (0, 1].</param>
    /// <param name="samplesPerPixel">Samples per pixel, each 1 or more.</param>
    /// <param name="maxBounces">Bounces, each 0 or more.</param>
    /// <returns>The combinations, without repetitions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IReadOnlyList<RenderConfiguration> Grid(IEnumerable<double> resolutionScales, IEnumerable<int> samplesPerPixel, IEnumerable<int> maxBounces)
    {
        ArgumentNullException.ThrowIfNull(resolutionScales);
        ArgumentNullException.ThrowIfNull(samplesPerPixel);
        ArgumentNullException.ThrowIfNull(maxBounces);
        int[] samples = [.. samplesPerPixel.Distinct()];
        int[] bounces = [.. maxBounces.Distinct()];
        return [.. from scale in resolutionScales.Distinct()
                   from sample in samples
                   from bounce in bounces
                   select new RenderConfiguration(scale, sample, bounce)];
    }

    /// <summary>Returns the configuration as text, such as <c>64 spp at scale 0.5, 8 bounces</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{SamplesPerPixel} spp at scale {ResolutionScale:0.###}, {MaxBounces} bounces");
}
