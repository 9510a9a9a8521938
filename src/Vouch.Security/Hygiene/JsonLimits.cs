namespace Vouch.Security.Hygiene;

/// <summary>How much JSON may ask of whoever reads it.</summary>
/// <param name="MaxBytes">The greatest length, in bytes.</param>
/// <param name="MaxDepth">The most objects and arrays within each other, in [1, 1000].</param>
/// <param name="MaxValues">The most values, objects and arrays among them.</param>
/// <param name="MaxTextBytes">The greatest length of a name or text, in bytes as written.</param>
/// <param name="MaxNumberBytes">The greatest length of a number, in bytes as written: long numbers cost readers quadratic time.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record JsonLimits(int MaxBytes = 1 << 20, int MaxDepth = 32, int MaxValues = 100_000, int MaxTextBytes = 1 << 16, int MaxNumberBytes = 64)
{
    /// <summary>Gets the defaults: 1 MiB, 32 levels, 100,000 values, 64 KiB of text, 64 digits.</summary>
    public static JsonLimits Default { get; } = new();
}
