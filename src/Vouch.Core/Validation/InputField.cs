using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Core.Validation;

/// <summary>
/// One value of input data from outside (a file, a message, a worker's answer): where it stands, and checks that refuse it with an
/// <see cref="InputValidationException"/> that says where, what was found and what was expected.
/// </summary>
/// <param name="DataSource">The file, stream or message, or null where it is not known.</param>
/// <param name="Name">What the value is called there: a column, a JSON path, a field.</param>
/// <param name="Line">The line it stands on, from 1; 0 where lines mean nothing.</param>
/// <remarks>Immutable and safe to share. No check allocates unless it throws: the location is put into words only then.</remarks>
public readonly record struct InputField(string? DataSource, string Name, long Line = 0)
{
    private const int LongestShownValue = 80;

    /// <summary>Gets the location in words, such as <c>line 12, column price</c> or <c>$.jobs[3].demand</c>.</summary>
    public string Location => Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {Line}, {Name}") : Name ?? string.Empty;

    /// <summary>Requires a finite number.</summary>
    /// <param name="value">The value.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="InputValidationException">The value is NaN or infinite.</exception>
    public double Finite(double value)
    {
        if (!double.IsFinite(value))
        {
            Refuse(value, "a finite number");
        }

        return value;
    }

    /// <summary>Requires a number in a closed range.</summary>
    /// <param name="value">The value.</param>
    /// <param name="minimum">The least allowed value.</param>
    /// <param name="maximum">The greatest allowed value.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="InputValidationException">The value is NaN or outside the range.</exception>
    public double InRange(double value, double minimum, double maximum)
    {
        if (!(value >= minimum && value <= maximum))
        {
            Refuse(value, string.Create(CultureInfo.InvariantCulture, $"a number in [{minimum}, {maximum}]"));
        }

        return value;
    }

    /// <summary>Requires an integer in a closed range.</summary>
    /// <param name="value">The value.</param>
    /// <param name="minimum">The least allowed value.</param>
    /// <param name="maximum">The greatest allowed value.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="InputValidationException">The value is outside the range.</exception>
    public long InRange(long value, long minimum, long maximum)
    {
        if (value < minimum || value > maximum)
        {
            Refuse(value, string.Create(CultureInfo.InvariantCulture, $"an integer in [{minimum}, {maximum}]"));
        }

        return value;
    }

    /// <summary>Reads a number in invariant notation and requires it to be finite.</summary>
    /// <param name="text">The text, without spaces around and without thousands separators.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InputValidationException">The text is not a finite number.</exception>
    public double ParseNumber(ReadOnlySpan<char> text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            Refuse(Shorten(text), "a finite number with a decimal point, such as 0.25 or 1e-3");
        }

        return value;
    }

    /// <summary>Reads an integer in invariant notation.</summary>
    /// <param name="text">The text, without spaces around and without thousands separators.</param>
    /// <returns>The integer.</returns>
    /// <exception cref="InputValidationException">The text is not an integer of 64 bits.</exception>
    public long ParseInteger(ReadOnlySpan<char> text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            Refuse(Shorten(text), "an integer, such as 42");
        }

        return value;
    }

    /// <summary>Refuses the value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="found">The value that was found.</param>
    /// <param name="expected">What would have been accepted, in words that complete "expected ...".</param>
    /// <param name="cause">The cause, where there is one.</param>
    /// <exception cref="InputValidationException">Always.</exception>
    [DoesNotReturn]
    [StackTraceHidden]
    public void Refuse<T>(T found, string expected, Exception? cause = null)
    {
        string value = Shorten(Convert.ToString(found, CultureInfo.InvariantCulture) ?? "null");
        string source = DataSource is null ? string.Empty : $"{DataSource}: ";
        throw new InputValidationException($"{source}{Location}: found {value}, expected {expected}.", cause)
        {
            DataSource = DataSource,
            Location = Location,
            Value = value,
            Expected = expected,
        };
    }

    private static string Shorten(ReadOnlySpan<char> text) =>
        text.Length <= LongestShownValue ? text.ToString() : string.Concat(text[..(LongestShownValue - 3)], "...");
}
