using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Vouch.Observability.Sampling;

/// <summary>The 56-bit rejection threshold of consistent probability sampling: a trace is kept where its randomness is at least the threshold, so that every service with the same probability keeps the same traces.</summary>
/// <remarks>Source: OpenTelemetry specification, <i>TraceState: probability sampling</i> (<c>th</c> and <c>rv</c> of the <c>ot</c> member) and W3C Trace Context Level 2, random trace id.</remarks>
public readonly record struct ConsistentThreshold
{
    /// <summary>One more than the largest randomness: 2^56.</summary>
    public const long Range = 1L << 56;

    private const int Digits = 14;

    /// <summary>Initializes a threshold.</summary>
    /// <param name="value">In [0, 2^56): 0 keeps everything.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is outside the range.</exception>
    public ConsistentThreshold(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, Range);
        Value = value;
    }

    /// <summary>Gets the threshold as a number.</summary>
    public long Value { get; }

    /// <summary>Gets the share of traces that are kept.</summary>
    /// <value>In [2^-56, 1].</value>
    public double Probability => (double)(Range - Value) / Range;

    /// <summary>Gets how many traces a kept one stands for: 1 / <see cref="Probability"/>.</summary>
    public double AdjustedCount => (double)Range / (Range - Value);

    /// <summary>Makes the threshold of a probability.</summary>
    /// <param name="probability">In [2^-56, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is outside the range or NaN.</exception>
    public static ConsistentThreshold Of(double probability)
    {
        if (!(probability is >= 1.0 / Range and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability of sampling lies in [2^-56, 1].");
        }

        return new ConsistentThreshold(Math.Min(Range - 1, Range - (long)Math.Round(probability * Range)));
    }

    /// <summary>Reads the randomness of a trace id: its last 56 bits.</summary>
    /// <param name="traceId">The id.</param>
    /// <returns>In [0, 2^56).</returns>
    public static long RandomnessOf(ActivityTraceId traceId)
    {
        Span<byte> bytes = stackalloc byte[16];
        traceId.CopyTo(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) & (Range - 1);
    }

    /// <summary>Tells whether a trace is kept.</summary>
    /// <param name="randomness">Its randomness, in [0, 2^56).</param>
    public bool Keeps(long randomness) => randomness >= Value;

    /// <summary>Reads the text of a <c>th</c> value.</summary>
    /// <param name="text">1 to 14 hexadecimal digits; those left out at the end are zeros.</param>
    /// <param name="threshold">The threshold.</param>
    /// <returns>Whether the text was one.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out ConsistentThreshold threshold)
    {
        threshold = default;
        if (text.Length is 0 or > Digits || !long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value))
        {
            return false;
        }

        threshold = new ConsistentThreshold(value << (4 * (Digits - text.Length)));
        return true;
    }

    /// <summary>Returns the threshold as a <c>th</c> value: hexadecimal without trailing zeros, <c>0</c> for none.</summary>
    public override string ToString() => Value == 0 ? "0" : Value.ToString("x14", CultureInfo.InvariantCulture).TrimEnd('0');
}
