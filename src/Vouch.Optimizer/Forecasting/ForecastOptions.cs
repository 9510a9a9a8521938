using System.ComponentModel.DataAnnotations;

namespace Vouch.Optimizer.Forecasting;

/// <summary>How sure pilots are taken to be, and how far a forecast may reach beyond them.</summary>
public sealed class ForecastOptions
{
    /// <summary>Gets or sets the relative standard deviation of one measured processor time before the pilot has a say.</summary>
    /// <value>A fraction in [0.001, 1]. The default is 0.07: a few per cent, as repeated renders on a shared machine show.</value>
    [Range(0.001, 1.0)]
    public double TimingDeviation { get; set; } = 0.07;

    /// <summary>Gets or sets the relative standard deviation of one measured noise figure before the pilot has a say.</summary>
    /// <value>A fraction in [0.001, 1]. The default is 0.05.</value>
    [Range(0.001, 1.0)]
    public double NoiseDeviation { get; set; } = 0.05;

    /// <summary>Gets or sets the standard deviation of one measured structural similarity, on the log-odds scale, before the pilot has a say.</summary>
    /// <value>A number in [0.001, 2]. The default is 0.1, about 0.02 at a similarity of 0.7.</value>
    [Range(0.001, 2.0)]
    public double SimilarityDeviation { get; set; } = 0.1;

    /// <summary>Gets or sets the prior chance that noise falls as plain Monte Carlo does, with the square root of the samples.</summary>
    /// <value>A fraction in [0, 1]. The default is 0.5; the rest is spread over renderers whose stratified sampling falls faster.</value>
    [Range(0.0, 1.0)]
    public double PlainMonteCarloWeight { get; set; } = 0.5;

    /// <summary>Gets or sets how many different sample counts a pilot needs at least.</summary>
    /// <value>A count in [2, 16]. The default is 2.</value>
    [Range(2, 16)]
    public int MinimumSampleCounts { get; set; } = 2;

    /// <summary>Gets or sets how far beyond the largest pilot a forecast may reach, as a factor on samples per pixel.</summary>
    /// <value>A factor in [1, 1,000,000]. The default is 256: beyond it the evidence is called insufficient.</value>
    [Range(1.0, 1e6)]
    public double MaximumExtrapolation { get; set; } = 256;
}
