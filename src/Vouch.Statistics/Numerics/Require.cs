using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Vouch.Statistics.Numerics;

/// <summary>Argument checks with messages that name the allowed range. NaN fails every one of them.</summary>
internal static class Require
{
    public static void Confidence(double confidence, [CallerArgumentExpression(nameof(confidence))] string? name = null)
    {
        if (!(confidence > 0 && confidence < 1))
        {
            ThrowOutOfRange(name, confidence, "a number in (0, 1)");
        }
    }

    public static void Probability(double probability, [CallerArgumentExpression(nameof(probability))] string? name = null)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            ThrowOutOfRange(name, probability, "a number in [0, 1]");
        }
    }

    /// <summary>A finite number above zero, such as a shape, a scale or a number of degrees of freedom.</summary>
    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && value <= double.MaxValue))
        {
            ThrowOutOfRange(name, value, "a finite number above 0");
        }
    }

    public static void PositiveOrInfinite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0))
        {
            ThrowOutOfRange(name, value, "a number above 0, infinity included");
        }
    }

    public static void Number(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (double.IsNaN(value))
        {
            ThrowOutOfRange(name, value, "a number, not NaN");
        }
    }

    public static void Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value))
        {
            ThrowOutOfRange(name, value, "a finite number");
        }
    }

    public static void Counts(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
    }

    /// <summary>Refuses NaN in data and says where it stands.</summary>
    public static void NoNaN(ReadOnlySpan<double> values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                ThrowNaN(name, i);
            }
        }
    }

    /// <summary>Refuses NaN and infinities in data and says where they stand.</summary>
    public static void AllFinite(ReadOnlySpan<double> values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                ThrowNotFinite(name, i, values[i]);
            }
        }
    }

    [DoesNotReturn]
    public static void ThrowNotFinite(string? name, int index, double value) =>
        throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Values are finite numbers; the one at index {index} is {value}."), name);

    [DoesNotReturn]
    public static void ThrowNaN(string? name, int index) =>
        throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Values are numbers; the one at index {index} is NaN."), name);

    [DoesNotReturn]
    public static void ThrowOutOfRange(string? name, double value, string allowed) =>
        throw new ArgumentOutOfRangeException(name, value, $"The value must be {allowed}.");
}
