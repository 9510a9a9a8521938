using Vouch.Optimizer.Forecasting;

namespace Vouch.Optimizer.Configuration;

/// <summary>The forecast for one resolution scale and number of bounces, from a pilot rendered with just these.</summary>
/// <remarks>Immutable and safe to share. A scale or number of bounces without a pilot of its own is never chosen: its effect would have to be invented.</remarks>
public sealed record SeriesForecast
{
    /// <summary>Initializes a series.</summary>
    /// <param name="resolutionScale">The scale of each side, a number in (0, 1].</param>
    /// <param name="maxBounces">The most bounces, 0 or more.</param>
    /// <param name="forecast">The forecast from this series' pilot.</param>
    /// <exception cref="ArgumentNullException"><paramref name="forecast"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public SeriesForecast(double resolutionScale, int maxBounces, RenderForecast forecast)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        _ = new RenderConfiguration(resolutionScale, 1, maxBounces);
        ResolutionScale = resolutionScale;
        MaxBounces = maxBounces;
        Forecast = forecast;
    }

    /// <summary>Gets the scale of each side of the image.</summary>
    public double ResolutionScale { get; }

    /// <summary>Gets the most bounces a light path may take.</summary>
    public int MaxBounces { get; }

    /// <summary>Gets the forecast from this series' pilot.</summary>
    public RenderForecast Forecast { get; }

    /// <summary>Gets the pixels that the job has to render at this scale, divided by the pixels of the pilot.</summary>
    /// <value>A finite number above 0. The default is 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double PixelRatio
    {
        get;
        init
        {
            if (!(value > 0 && double.IsFinite(value)))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A pixel ratio is a finite number above 0.");
            }

            field = value;
        }
    } = 1;

    /// <summary>
    /// Gets the least structural similarity between this series' noise-free image, scaled up to full size, and the noise-free image at full resolution and full bounces:
    /// what fewer pixels or bounces cost even without noise.
    /// </summary>
    /// <value>
    /// A number in [0, 1]; 1 for the reference series itself; null where it was not measured, and then the series carries no promise. The default is null.
    /// A comparison of averaged pilot images holds noise as well, so it errs on the safe side.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double? BiasSimilarity
    {
        get;
        init
        {
            if (value is { } given && !(given >= 0 && given <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A similarity is a number in [0, 1].");
            }

            field = value;
        }
    }
}
