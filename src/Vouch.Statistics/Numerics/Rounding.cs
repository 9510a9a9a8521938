namespace Vouch.Statistics.Numerics;

/// <summary>Rounding up that forgives the last bits.</summary>
internal static class Rounding
{
    /// <summary>The smallest whole number of 1 or more that is at least the value, where values within 1e-13 (relative) above a whole number count as that number.</summary>
    public static long CeilingToLong(double value)
    {
        double rounded = Math.Max(1, Math.Ceiling(value - (Math.Abs(value) * 1e-13)));
        return rounded >= long.MaxValue ? long.MaxValue : (long)rounded;
    }
}
