using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Imaging;

/// <summary>How <see cref="NoiseAwareFrameCheck"/> decides.</summary>
public sealed class FrameCheckOptions
{
    /// <summary>Gets or sets how often an honest candidate may be refused: the family-wise bound over all statistics of one check.</summary>
    /// <value>A probability in [1e-12, 0.1]. The default is 0.001.</value>
    [Range(1e-12, 0.1)]
    public double FalseAlarmRate { get; set; } = 1e-3;

    /// <summary>Gets or sets how often an honest candidate that is not refused may be called suspicious.</summary>
    /// <value>A probability in [0, 0.5]. The default is 0.02; at or below <see cref="FalseAlarmRate"/> nothing is suspicious.</value>
    [Range(0, 0.5)]
    public double SuspicionRate { get; set; } = 0.02;

    /// <summary>Gets or sets the size of rounding, which is never evidence: a common offset up to it, and independent errors of 0.4 times it (standard deviation), in units of the values.</summary>
    /// <value>A number in [0, 1e9]. The default is 1e-6, which suits linear floating-point values around 1; take 1/255 of the range for 8-bit pixels.</value>
    [Range(0, 1e9)]
    public double AbsoluteTolerance { get; set; } = 1e-6;

    /// <summary>Gets or sets the size of rounding as a share of the value, on top of <see cref="AbsoluteTolerance"/>.</summary>
    /// <value>A fraction in [0, 0.1]. The default is 1e-5.</value>
    [Range(0, 0.1)]
    public double RelativeTolerance { get; set; } = 1e-5;

    /// <summary>Gets or sets the side of the blocks of pixels whose noise is taken as independent of the neighbouring blocks'.</summary>
    /// <value>An even number of pixels in [2, 16]. The default is 2, for renderers whose pixels have noise of their own; take at least twice the radius of a pixel filter that spreads samples over neighbours.</value>
    [Range(2, 16)]
    public int ExchangeBlock { get; set; } = 2;

    /// <summary>Gets or sets the detection probability that <see cref="FrameCheckPower"/> states its figures for.</summary>
    /// <value>A probability in [0.5, 0.999]. The default is 0.95.</value>
    [Range(0.5, 0.999)]
    public double TargetPower { get; set; } = 0.95;
}
