using Vouch.Statistics.Location;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Scale;

/// <summary>The scales Qn and Sn, which need no centre: breakdown point 50 % as the median absolute deviation's, but efficiency 82 % and 58 % on normal data instead of 37 %.</summary>
/// <remarks>
/// O(n log n) time, O(n) memory from the array pool. Pure functions, safe to call from any thread.
/// Source: P. Rousseeuw, C. Croux, <i>Alternatives to the Median Absolute Deviation</i>, JASA 88 (1993); selection among the differences after D.
/// Johnson, T. Mizoguchi, 1978.
/// </remarks>
public static class RousseeuwCroux
{
    /// <summary>The factor that makes Qn estimate the standard deviation of normal data, as published.</summary>
    public const double QnNormalConsistency = 2.2219;

    /// <summary>The factor that makes Sn estimate the standard deviation of normal data, as published.</summary>
    public const double SnNormalConsistency = 1.1926;

    // Published corrections for n = 2 to 9.
    private static ReadOnlySpan<double> QnSmall => [0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872];

    private static ReadOnlySpan<double> SnSmall => [0.743, 1.851, 0.954, 1.351, 0.993, 1.198, 1.005, 1.131];

    /// <summary>Qn: the k-th smallest distance between two values, k = h (h - 1) / 2 with h = n / 2 + 1; the standard deviation of normal data, corrected for small samples.</summary>
    /// <param name="values">Any finite numbers.</param>
    /// <returns>A number of 0 or more; NaN below two values.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public static double Qn(ReadOnlySpan<double> values)
    {
        int n = values.Length;
        double correction = n switch
        {
            < 2 => double.NaN,
            < 10 => QnSmall[n - 2],
            _ when n % 2 == 1 => n / (n + 1.4),
            _ => n / (n + 3.8),
        };
        return QnNormalConsistency * correction * QnRaw(values);
    }

    /// <summary>Sn: the low median over i of the high median over j of |x_i - x_j|; the standard deviation of normal data, corrected for small samples.</summary>
    /// <param name="values">Any finite numbers.</param>
    /// <returns>A number of 0 or more; NaN below two values.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public static double Sn(ReadOnlySpan<double> values)
    {
        int n = values.Length;
        double correction = n switch
        {
            < 2 => double.NaN,
            < 10 => SnSmall[n - 2],
            _ when n % 2 == 1 => n / (n - 0.9),
            _ => 1,
        };
        return SnNormalConsistency * correction * SnRaw(values);
    }

    /// <summary>The order statistic behind Qn, without factors.</summary>
    internal static double QnRaw(ReadOnlySpan<double> values)
    {
        Require.AllFinite(values);
        int n = values.Length;
        if (n < 2)
        {
            return double.NaN;
        }

        using Workspace memory = new(checked(5 * n));
        Span<double> sorted = memory.Span[..n];
        values.CopyTo(sorted);
        sorted.Sort();
        long h = (n / 2) + 1;
        return PairwiseDistances.Smallest(sorted, h * (h - 1) / 2, memory.Span[n..]);
    }

    /// <summary>The nested median behind Sn, without factors.</summary>
    internal static double SnRaw(ReadOnlySpan<double> values)
    {
        Require.AllFinite(values);
        int n = values.Length;
        if (n < 2)
        {
            return double.NaN;
        }

        using Workspace memory = new(checked(2 * n));
        Span<double> sorted = memory.Span[..n];
        Span<double> medians = memory.Span[n..];
        values.CopyTo(sorted);
        sorted.Sort();
        for (int i = 0; i < n; i++)
        {
            medians[i] = PairwiseDistances.SmallestFrom(sorted, i, (n / 2) + 1);
        }

        return Selection.Select(medians, default, ((n + 1) / 2) - 1);
    }
}
