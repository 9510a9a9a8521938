namespace Vouch.Observability.Slo;

internal static class Comparisons
{
    public static string Symbol(this Comparison comparison) => comparison switch
    {
        Comparison.AtLeast => ">=",
        Comparison.AtMost => "<=",
        Comparison.Equal => "=",
        Comparison.Above => ">",
        _ => "<",
    };

    /// <summary>Tells whether a comparison holds; never for NaN.</summary>
    public static bool Holds(this Comparison comparison, double value, double bound) => comparison switch
    {
        Comparison.AtLeast => value >= bound,
        Comparison.AtMost => value <= bound,
        Comparison.Equal => value == bound,
        Comparison.Above => value > bound,
        _ => value < bound,
    };

    /// <summary>Tells whether a comparison holds, from the sign of value - bound.</summary>
    public static bool Holds(this Comparison comparison, int sign) => comparison switch
    {
        Comparison.AtLeast => sign >= 0,
        Comparison.AtMost => sign <= 0,
        Comparison.Equal => sign == 0,
        Comparison.Above => sign > 0,
        _ => sign < 0,
    };

    public static Comparison Require(Comparison comparison, string name) =>
        Enum.IsDefined(comparison) ? comparison : throw new ArgumentOutOfRangeException(name, comparison, "There are five comparisons.");
}
