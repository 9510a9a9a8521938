using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Budgets;

/// <summary>An amount of money in whole nanodollars (10^-9 US dollars): exact sums, no rounding that drifts past a cap.</summary>
/// <param name="Value">The nanodollars.</param>
/// <remarks>Reaches to 9.2 thousand million dollars. Sums that would leave the range stop at its end. In JSON a whole number.</remarks>
[JsonConverter(typeof(NanoUsdJsonConverter))]
public readonly record struct NanoUsd(long Value) : IComparable<NanoUsd>
{
    private const decimal PerUsd = 1_000_000_000m;

    /// <summary>Gets nothing.</summary>
    public static NanoUsd Zero => default;

    /// <summary>Gets the largest amount, which stands for "without limit" in caps.</summary>
    public static NanoUsd MaxValue => new(long.MaxValue);

    /// <summary>Gets the amount in dollars, exactly.</summary>
    public decimal Usd => Value / PerUsd;

    /// <summary>Makes an amount from dollars, rounded up to the nanodollar.</summary>
    /// <param name="usd">Dollars.</param>
    /// <exception cref="OverflowException">The amount is out of range.</exception>
    public static NanoUsd FromUsd(decimal usd) => new((long)decimal.Ceiling(usd * PerUsd));

    /// <summary>Adds two amounts, stopping at the ends of the range.</summary>
    public static NanoUsd operator +(NanoUsd left, NanoUsd right)
    {
        long sum = unchecked(left.Value + right.Value);
        return ((left.Value ^ sum) & (right.Value ^ sum)) < 0 ? new NanoUsd(left.Value < 0 ? long.MinValue : long.MaxValue) : new NanoUsd(sum);
    }

    /// <summary>Subtracts an amount from another, stopping at the ends of the range.</summary>
    public static NanoUsd operator -(NanoUsd left, NanoUsd right)
    {
        long difference = unchecked(left.Value - right.Value);
        return ((left.Value ^ right.Value) & (left.Value ^ difference)) < 0 ? new NanoUsd(left.Value < 0 ? long.MinValue : long.MaxValue) : new NanoUsd(difference);
    }

    /// <summary>Adds two amounts.</summary>
    public static NanoUsd Add(NanoUsd left, NanoUsd right) => left + right;

    /// <summary>Subtracts an amount from another.</summary>
    public static NanoUsd Subtract(NanoUsd left, NanoUsd right) => left - right;

    /// <summary>Compares two amounts.</summary>
    public static bool operator <(NanoUsd left, NanoUsd right) => left.Value < right.Value;

    /// <summary>Compares two amounts.</summary>
    public static bool operator >(NanoUsd left, NanoUsd right) => left.Value > right.Value;

    /// <summary>Compares two amounts.</summary>
    public static bool operator <=(NanoUsd left, NanoUsd right) => left.Value <= right.Value;

    /// <summary>Compares two amounts.</summary>
    public static bool operator >=(NanoUsd left, NanoUsd right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(NanoUsd other) => Value.CompareTo(other.Value);

    /// <summary>Returns the amount as text, such as <c>$0.000123</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"${Usd:0.#########}");
}

internal sealed class NanoUsdJsonConverter : JsonConverter<NanoUsd>
{
    public override NanoUsd Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, NanoUsd value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
