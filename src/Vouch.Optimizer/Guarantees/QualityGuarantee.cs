using System.Globalization;
using Vouch.Core.Validation;

namespace Vouch.Optimizer.Guarantees;

/// <summary>The promise: mean quality of at least a fraction of the best single endpoint's, or at least an absolute level, with a stated confidence.</summary>
/// <remarks>Immutable and safe to share. Made by <see cref="RelativeToBest"/> or <see cref="Absolute"/>.</remarks>
public sealed record QualityGuarantee
{
    private QualityGuarantee(bool relative, double level, double confidence)
    {
        IsRelative = relative;
        Level = Boundary.OpenShare(level);
        Confidence = Boundary.OpenShare(confidence);
    }

    /// <summary>Gets whether the level is a fraction of the best single endpoint's quality.</summary>
    public bool IsRelative { get; }

    /// <summary>Gets the fraction of the best single endpoint's quality, or the absolute quality.</summary>
    /// <value>A fraction in (0, 1).</value>
    public double Level { get; }

    /// <summary>Gets the chance that a certified policy keeps the promise, over the draw of the calibration sample.</summary>
    /// <value>A fraction in (0, 1).</value>
    public double Confidence { get; }

    /// <summary>Promises a fraction of the quality of the best single endpoint.</summary>
    /// <param name="fraction">The fraction, in (0, 1).</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static QualityGuarantee RelativeToBest(double fraction, double confidence = 0.95) => new(true, fraction, confidence);

    /// <summary>Promises a mean quality.</summary>
    /// <param name="quality">The quality, in (0, 1).</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static QualityGuarantee Absolute(double quality, double confidence = 0.95) => new(false, quality, confidence);

    /// <summary>Returns the promise as a sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"mean quality >= {Level:G4}{(IsRelative ? " x the best single endpoint" : null)} with confidence {Confidence:G4}");
}
