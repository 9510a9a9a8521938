using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.Core.Validation;

/// <summary>
/// Checks of arguments at the edge of an API: finite numbers, ranges, texts and collections. Each returns what it checked, so that it reads inside an
/// assignment: <c>_share = Boundary.Share(share);</c>. What comes from outside the process (files, wire, workers) is checked by <see cref="InputField"/>.
/// </summary>
/// <remarks>Stateless and safe to share. No check allocates unless it throws.</remarks>
public static class Boundary
{
    /// <summary>Requires a finite number.</summary>
    /// <param name="value">The argument.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or infinite.</exception>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value))
        {
            ThrowOutOfRange(value, name, "a finite number");
        }

        return value;
    }

    /// <summary>Requires every number of a list to be finite.</summary>
    /// <param name="values">The argument; may be empty.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="values"/>.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite; the message names its position.</exception>
    /// <remarks>Takes time O(n), several numbers at a time.</remarks>
    public static ReadOnlySpan<double> AllFinite(ReadOnlySpan<double> values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        // A finite number times zero is zero; NaN and the infinities give NaN, and a sum never loses a NaN.
        var sum = Vector<double>.Zero;
        int done = 0;
        foreach (Vector<double> block in MemoryMarshal.Cast<double, Vector<double>>(values))
        {
            sum += block * Vector<double>.Zero;
            done += Vector<double>.Count;
        }

        if (Vector.Sum(sum) != 0)
        {
            done = 0;
        }

        for (int i = done; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Every value must be finite; position {i} holds {values[i]}."), name);
            }
        }

        return values;
    }

    /// <summary>Requires a finite number above zero.</summary>
    /// <param name="value">The argument.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative, NaN or infinite.</exception>
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            ThrowOutOfRange(value, name, "a finite number above zero");
        }

        return value;
    }

    /// <summary>Requires a finite number of zero or more.</summary>
    /// <param name="value">The argument.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public static double NonNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value >= 0 && double.IsFinite(value)))
        {
            ThrowOutOfRange(value, name, "a finite number of zero or more");
        }

        return value;
    }

    /// <summary>Requires a share: a number in [0, 1].</summary>
    /// <param name="value">The argument.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or outside [0, 1].</exception>
    public static double Share(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value >= 0 && value <= 1))
        {
            ThrowOutOfRange(value, name, "a number in [0, 1]");
        }

        return value;
    }

    /// <summary>Requires a probability that leaves something open: a number in (0, 1), as a confidence or an error budget is.</summary>
    /// <param name="value">The argument.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or outside (0, 1).</exception>
    public static double OpenShare(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && value < 1))
        {
            ThrowOutOfRange(value, name, "a number in (0, 1), bounds left out");
        }

        return value;
    }

    /// <summary>Requires a value in a closed range: numbers, durations, times, anything with an order. NaN is in no range.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The argument.</param>
    /// <param name="minimum">The least allowed value.</param>
    /// <param name="maximum">The greatest allowed value.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public static T InRange<T>(T value, T minimum, T maximum, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, IComparable<T>
    {
        // NaN sorts below every number, so it never reaches the minimum.
        if (value.CompareTo(minimum) < 0 || value.CompareTo(maximum) > 0)
        {
            ThrowOutOfRange(value, name, string.Create(CultureInfo.InvariantCulture, $"in [{minimum}, {maximum}]"));
        }

        return value;
    }

    /// <summary>Requires a defined value of an enum without flags.</summary>
    /// <typeparam name="TEnum">The type of the value.</typeparam>
    /// <param name="value">The argument.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public static TEnum Defined<TEnum>(TEnum value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            ThrowOutOfRange(value, name, $"one of {string.Join(", ", Enum.GetNames<TEnum>())}");
        }

        return value;
    }

    /// <summary>Requires a text that can be shown, stored and sent: not blank, bounded, without control characters and lone surrogates.</summary>
    /// <param name="value">The argument.</param>
    /// <param name="maxLength">The greatest length, in UTF-16 code units.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">The value is blank, too long, or holds a control character or a lone surrogate; the message says where.</exception>
    public static string Text([NotNull] string? value, int maxLength = int.MaxValue, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        if (value.Length > maxLength)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The text has at most {maxLength} characters; this one has {value.Length}."), name);
        }

        for (int i = 0; i < value.Length; i++)
        {
            char unit = value[i];
            bool isPair = char.IsHighSurrogate(unit) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]);
            if (char.IsControl(unit) || (char.IsSurrogate(unit) && !isPair))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"The text holds no control characters and no lone surrogates; U+{(int)unit:X4} stands at position {i}."),
                    name);
            }

            i += isPair ? 1 : 0;
        }

        return value;
    }

    /// <summary>Requires a list that is not empty.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="values">The argument.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="values"/>.</returns>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static ReadOnlySpan<T> NotEmpty<T>(ReadOnlySpan<T> values, [CallerArgumentExpression(nameof(values))] string? name = null) =>
        values.IsEmpty ? throw new ArgumentException("At least one value is needed; the list is empty.", name) : values;

    /// <summary>Requires a list without nulls, of a size in a range.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="values">The argument.</param>
    /// <param name="minCount">The least number of elements.</param>
    /// <param name="maxCount">The greatest number of elements.</param>
    /// <param name="name">The argument's name.</param>
    /// <returns><paramref name="values"/>.</returns>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">The list has too few or too many elements, or holds a null; the message names its position.</exception>
    public static IReadOnlyList<T> Items<T>(
        [NotNull] IReadOnlyList<T>? values,
        int minCount = 0,
        int maxCount = int.MaxValue,
        [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count < minCount || values.Count > maxCount)
        {
            string allowed = maxCount == int.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"at least {minCount}")
                : string.Create(CultureInfo.InvariantCulture, $"{minCount} to {maxCount}");
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The list holds {allowed} elements; this one holds {values.Count}."), name);
        }

        if (default(T) is null)
        {
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i] is null)
                {
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The list holds no nulls; there is one at position {i}."), name);
                }
            }
        }

        return values;
    }

    /// <summary>Requires two lists to be of the same length.</summary>
    /// <param name="length">The length of the argument.</param>
    /// <param name="expected">The length it must have.</param>
    /// <param name="name">The argument's name.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SameLength(int length, int expected, [CallerArgumentExpression(nameof(length))] string? name = null)
    {
        if (length != expected)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The length must be {expected}; it is {length}."), name);
        }
    }

    [DoesNotReturn]
    [StackTraceHidden]
    private static void ThrowOutOfRange<T>(T value, string? name, string expected) =>
        throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"The value must be {expected}."));
}
