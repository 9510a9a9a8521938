using System.Globalization;

namespace Vouch.Observability.Slo;

/// <summary>A non-negative number as a quotient of two whole numbers, in lowest terms: shares and burn rates are compared without rounding.</summary>
/// <remarks>Immutable and safe to share. The default value is 0.</remarks>
public readonly record struct Fraction : IComparable<Fraction>
{
    // One less than the denominator, so that the default value is 0/1.
    private readonly long _rest;

    /// <summary>Initializes a fraction and reduces it.</summary>
    /// <param name="numerator">0 or more.</param>
    /// <param name="denominator">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public Fraction(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(denominator, 1);
        long divisor = (long)GreatestCommonDivisor((ulong)numerator, (ulong)denominator);
        Numerator = numerator / divisor;
        _rest = (denominator / divisor) - 1;
    }

    /// <summary>Gets 0.</summary>
    public static Fraction Zero => default;

    /// <summary>Gets 1.</summary>
    public static Fraction One { get; } = new(1, 1);

    /// <summary>Gets the numerator, 0 or more.</summary>
    public long Numerator { get; }

    /// <summary>Gets the denominator, 1 or more.</summary>
    public long Denominator => _rest + 1;

    /// <summary>Converts a decimal number, exactly.</summary>
    /// <param name="value">0 or more, with at most 18 digits in all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative or has more digits than fit.</exception>
    public static Fraction FromDecimal(decimal value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        long denominator = 1;
        decimal numerator = value;
        while (numerator != decimal.Truncate(numerator))
        {
            if (denominator >= 100_000_000_000_000_000)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "The number has more than 17 decimal places.");
            }

            denominator *= 10;
            numerator = value * denominator;
        }

        return numerator <= long.MaxValue
            ? new Fraction((long)numerator, denominator)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The number has more digits than fit into a fraction of two 64-bit numbers.");
    }

    /// <summary>Multiplies two fractions, exactly.</summary>
    /// <param name="left">A factor.</param>
    /// <param name="right">A factor.</param>
    /// <exception cref="OverflowException">The product in lowest terms does not fit into two 64-bit numbers.</exception>
    public static Fraction operator *(Fraction left, Fraction right) => Multiply(left, right);

    /// <summary>Multiplies two fractions, exactly.</summary>
    /// <param name="left">A factor.</param>
    /// <param name="right">A factor.</param>
    /// <exception cref="OverflowException">The product in lowest terms does not fit into two 64-bit numbers.</exception>
    public static Fraction Multiply(Fraction left, Fraction right)
    {
        // Crosswise reduced, so that nothing overflows which does not have to.
        var first = new Fraction(left.Numerator, right.Denominator);
        var second = new Fraction(right.Numerator, left.Denominator);
        return new Fraction(checked(first.Numerator * second.Numerator), checked(first.Denominator * second.Denominator));
    }

    /// <summary>Tells whether the left fraction is less.</summary>
    /// <param name="left">A fraction.</param>
    /// <param name="right">A fraction.</param>
    public static bool operator <(Fraction left, Fraction right) => left.CompareTo(right) < 0;

    /// <summary>Tells whether the left fraction is greater.</summary>
    /// <param name="left">A fraction.</param>
    /// <param name="right">A fraction.</param>
    public static bool operator >(Fraction left, Fraction right) => left.CompareTo(right) > 0;

    /// <summary>Tells whether the left fraction is less or equal.</summary>
    /// <param name="left">A fraction.</param>
    /// <param name="right">A fraction.</param>
    public static bool operator <=(Fraction left, Fraction right) => left.CompareTo(right) <= 0;

    /// <summary>Tells whether the left fraction is greater or equal.</summary>
    /// <param name="left">A fraction.</param>
    /// <param name="right">A fraction.</param>
    public static bool operator >=(Fraction left, Fraction right) => left.CompareTo(right) >= 0;

    /// <summary>Gives 1 minus this fraction.</summary>
    /// <exception cref="InvalidOperationException">This fraction is greater than 1.</exception>
    public Fraction Complement() =>
        Numerator <= Denominator ? new Fraction(Denominator - Numerator, Denominator) : throw new InvalidOperationException("Only a fraction of at most 1 has a complement.");

    /// <summary>Compares a share with this fraction, exactly.</summary>
    /// <param name="part">The part, 0 or more.</param>
    /// <param name="whole">The whole, 1 or more.</param>
    /// <returns>Negative where part / whole is less than this fraction, 0 where it is equal, positive where it is greater.</returns>
    public int CompareShare(long part, long whole) => (Math.BigMul((ulong)part, (ulong)Denominator)).CompareTo(Math.BigMul((ulong)Numerator, (ulong)whole));

    /// <inheritdoc/>
    public int CompareTo(Fraction other) => Math.BigMul((ulong)Numerator, (ulong)other.Denominator).CompareTo(Math.BigMul((ulong)other.Numerator, (ulong)Denominator));

    /// <summary>Gives the nearest floating-point number.</summary>
    public double ToDouble() => (double)Numerator / Denominator;

    /// <summary>Returns the fraction as text, such as <c>72/5</c>, or <c>3</c> for a whole number.</summary>
    public override string ToString() =>
        Denominator == 1 ? Numerator.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    private static ulong GreatestCommonDivisor(ulong a, ulong b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
