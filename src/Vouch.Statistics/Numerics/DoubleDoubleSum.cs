using System.Runtime.CompilerServices;

namespace Vouch.Statistics.Numerics;

/// <summary>A sum in two doubles, about 106 bits, that knows whether it is exact.</summary>
/// <remarks>Weights that are multiples of a common power of two within a range of 2^100 add up exactly; that is nearly every real case.</remarks>
internal struct DoubleDoubleSum : IWeightSum<DoubleDoubleSum>
{
    private double _high;
    private double _low;
    private double _lost;

    // NaN after an overflow compares unequal too.
    public readonly bool IsExact => _lost == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double weight)
    {
        // Knuth's TwoSum of the high part, then of the low parts; what the second one rounds away is lost.
        double sum = _high + weight;
        double back = sum - _high;
        double error = (_high - (sum - back)) + (weight - back);
        double low = _low + error;
        back = low - _low;
        _lost += Math.Abs((_low - (low - back)) + (error - back));
        _high = sum + low;
        _low = low - (_high - sum);
    }

    public void Add(in DoubleDoubleSum other)
    {
        Add(other._high);
        Add(other._low);
        _lost += other._lost;
    }

    // Both are normalized, so the parts compare in order. Doubling is exact, or overflows and was flagged before.
    public readonly int CompareTwiceTo(in DoubleDoubleSum total)
    {
        int order = (2 * _high).CompareTo(total._high);
        return order != 0 ? order : (2 * _low).CompareTo(total._low);
    }

    public readonly (double Fraction, int Exponent) Rounded()
    {
        int exponent = _high == 0 ? 0 : Math.ILogB(_high);
        return (Math.ScaleB(_high, -exponent), exponent);
    }
}
