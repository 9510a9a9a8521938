using System.Globalization;
using System.Numerics;

namespace Vouch.TrustEngine.Answers;

/// <summary>A rational number, exact, in lowest terms. The default value is 0.</summary>
/// <remarks>Immutable and safe to share. Two are equal exactly where the numbers are.</remarks>
public readonly record struct ExactNumber : IComparable<ExactNumber>
{
    // One less than the denominator, so that the default value is 0/1.
    private readonly BigInteger _denominatorLessOne;

    /// <summary>Initializes a number and reduces it.</summary>
    /// <param name="numerator">The numerator.</param>
    /// <param name="denominator">The denominator, not 0. A negative one gives its sign to the numerator.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="denominator"/> is 0.</exception>
    public ExactNumber(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        _denominatorLessOne = (denominator / divisor) - 1;
    }

    /// <summary>Gets the numerator, with the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>Gets the denominator, 1 or more.</summary>
    public BigInteger Denominator => _denominatorLessOne + 1;

    /// <summary>Gets whether it is a whole number.</summary>
    public bool IsInteger => _denominatorLessOne.IsZero;

    /// <summary>Compares by value.</summary>
    /// <param name="other">The number to compare with.</param>
    /// <returns>A negative number, zero or a positive number.</returns>
    public int CompareTo(ExactNumber other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>Tells whether one number is less than another.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator <(ExactNumber left, ExactNumber right) => left.CompareTo(right) < 0;

    /// <summary>Tells whether one number is greater than another.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator >(ExactNumber left, ExactNumber right) => left.CompareTo(right) > 0;

    /// <summary>Tells whether one number is at most another.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator <=(ExactNumber left, ExactNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Tells whether one number is at least another.</summary>
    /// <param name="left">The first number.</param>
    /// <param name="right">The second number.</param>
    public static bool operator >=(ExactNumber left, ExactNumber right) => left.CompareTo(right) >= 0;

    /// <summary>Returns the nearest double.</summary>
    /// <returns>The double nearest to the number, ties to even; ±infinity beyond the range of doubles. Below 2.3e-308 the last bit may be off by one.</returns>
    public double ToDouble()
    {
        if (Numerator.IsZero)
        {
            return 0;
        }

        // A quotient of 62 to 64 bits whose last bit says whether anything was cut off rounds like the number itself.
        BigInteger magnitude = BigInteger.Abs(Numerator);
        long shift = 63 - (magnitude.GetBitLength() - Denominator.GetBitLength());
        if (shift is > 4096 or < -4096)
        {
            return shift > 0 ? 0 : Numerator.Sign * double.PositiveInfinity;
        }

        BigInteger scaled = shift >= 0 ? magnitude << (int)shift : magnitude;
        BigInteger divisor = shift >= 0 ? Denominator : Denominator << (int)-shift;
        var quotient = BigInteger.DivRem(scaled, divisor, out BigInteger rest);
        ulong bits = (ulong)quotient | (rest.IsZero ? 0UL : 1UL);
        return Numerator.Sign * Math.ScaleB((double)bits, (int)-shift);
    }

    /// <summary>Returns <c>-12</c> or <c>3/4</c>.</summary>
    public override string ToString() => IsInteger
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
