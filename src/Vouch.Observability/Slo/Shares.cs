using System.Globalization;

namespace Vouch.Observability.Slo;

internal static class Shares
{
    /// <summary>Writes a share as a percentage; exactly where it is a decimal number.</summary>
    public static string Format(Fraction share)
    {
        decimal percent = 100m * share.Numerator / share.Denominator;
        return string.Create(CultureInfo.InvariantCulture, $"{percent / 1.0000000000000000000000000000m:0.##################}%");
    }
}
