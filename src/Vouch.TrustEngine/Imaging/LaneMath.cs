using System.Runtime.CompilerServices;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Powers of numbers side by side, the same at every width.</summary>
internal static class LaneMath
{
    private const float Tiny = 1.17549435e-38f;

    /// <summary>A non-negative base to a positive exponent; relative error below 1e-6 while the result lies between 2⁻¹⁰⁰ and 2¹⁰⁰. Zero and denormal bases give 0 or nearly so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Power<TLanes>(TLanes value, TLanes exponent)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes smallest = TLanes.All(Tiny);
        TLanes power = ExponentialOf2(LogarithmOf2(TLanes.Max(value, smallest)) * exponent);
        return TLanes.SelectBelow(value, smallest, TLanes.All(0), power);
    }

    // log2 m = 2 / ln 2 (t + t³/3 + t⁵/5 + …) with t = (m - 1) / (m + 1), for m in [√½, √2): |t| < 0.172.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LogarithmOf2<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes exponent = TLanes.ExponentOf(value), significand = TLanes.SignificandOf(value), one = TLanes.All(1), root = TLanes.All(1.41421356f);
        exponent = TLanes.SelectBelow(significand, root, exponent, exponent + one);
        significand = TLanes.SelectBelow(significand, root, significand, significand * TLanes.All(0.5f));
        TLanes t = (significand - one) / (significand + one), square = t * t;
        TLanes series = TLanes.MultiplyAdd(square, TLanes.All(0.320598898f), TLanes.All(0.412198584f));
        series = TLanes.MultiplyAdd(series, square, TLanes.All(0.577078017f));
        series = TLanes.MultiplyAdd(series, square, TLanes.All(0.961796694f));
        series = TLanes.MultiplyAdd(series, square, TLanes.All(2.885390082f));
        return TLanes.MultiplyAdd(series, t, exponent);
    }

    // 2^f by its series to the seventh term, |f| ≤ 1/2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ExponentialOf2<TLanes>(TLanes value)
        where TLanes : struct, ILanes<TLanes>
    {
        value = TLanes.Max(TLanes.All(-126), TLanes.Min(TLanes.All(126), value));
        TLanes whole = TLanes.Floor(value + TLanes.All(0.5f)), rest = value - whole;
        TLanes series = TLanes.MultiplyAdd(rest, TLanes.All(1.52527338e-5f), TLanes.All(1.54035304e-4f));
        series = TLanes.MultiplyAdd(series, rest, TLanes.All(1.33335581e-3f));
        series = TLanes.MultiplyAdd(series, rest, TLanes.All(9.61812911e-3f));
        series = TLanes.MultiplyAdd(series, rest, TLanes.All(5.55041087e-2f));
        series = TLanes.MultiplyAdd(series, rest, TLanes.All(2.40226507e-1f));
        series = TLanes.MultiplyAdd(series, rest, TLanes.All(6.93147181e-1f));
        series = TLanes.MultiplyAdd(series, rest, TLanes.All(1));
        return series * TLanes.PowerOfTwo(whole);
    }
}
