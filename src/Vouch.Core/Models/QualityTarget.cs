using System.Globalization;
using System.Text.Json.Serialization;
using Vouch.Core.Validation;

namespace Vouch.Core.Models;

/// <summary>The quality a job asks for, together with the scale it is measured on.</summary>
/// <remarks>Immutable and safe to share. The default value asks for nothing: every number meets it.</remarks>
public readonly record struct QualityTarget
{
    /// <summary>Initializes a target.</summary>
    /// <param name="value">The least acceptable quality, a finite number in [0, 1].</param>
    /// <param name="scale">The scale of <paramref name="value"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or outside [0, 1], or <paramref name="scale"/> is not a defined scale.</exception>
    [JsonConstructor]
    public QualityTarget(double value, QualityScale scale)
    {
        Value = Boundary.Share(value);
        Scale = Boundary.Defined(scale);
    }

    /// <summary>Gets the least acceptable quality.</summary>
    /// <value>A number in [0, 1].</value>
    public double Value { get; }

    /// <summary>Gets the scale that <see cref="Value"/> is measured on.</summary>
    public QualityScale Scale { get; }

    /// <summary>Tells whether a measured quality reaches the target. NaN never does.</summary>
    /// <param name="measured">The quality measured on the same <see cref="Scale"/>.</param>
    public bool IsMetBy(double measured) => measured >= Value;

    /// <summary>Returns the target as text, such as <c>0.95 Ssim</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value} {Scale}");
}
