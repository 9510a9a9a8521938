namespace Vouch.Statistics.Numerics;

/// <summary>The comparison of a sum with a share of the total that is not a half.</summary>
internal static class ShareComparison
{
    /// <summary>Relative distance within which two figures count as equal: four roundings.</summary>
    public const double Tie = 4.0 / (1L << 52);

    /// <summary>Compares rounded figures, given as fraction * 2^exponent, which do not depend on the order of the summands.</summary>
    public static int Compare((double Fraction, int Exponent) sum, (double Fraction, int Exponent) total, double share) =>
        Compare(Math.ScaleB(sum.Fraction, sum.Exponent - total.Exponent), share * total.Fraction);

    public static int Compare(double sum, double threshold) => Math.Abs(sum - threshold) <= Tie * threshold ? 0 : sum.CompareTo(threshold);
}
