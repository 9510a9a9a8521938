using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.Statistics.Numerics;

/// <summary>A sum in two doubles, about 106 bits, that knows whether it is exact.</summary>
/// <remarks>Weights that are multiples of a common power of two within a range of 2^100 add up exactly; that is nearly every real case.</remarks>
internal struct DoubleDoubleSum : IWeightSum<DoubleDoubleSum>
{
    private double _high;
    private double _low;
    private double _lost;

    // NaN after an overflow is not zero either.
    public readonly bool IsExact => _lost == 0;

    public static DoubleDoubleSum Of(ReadOnlySpan<double> weights)
    {
        DoubleDoubleSum total = default;
        if (weights.Length >= 4 * Vector<double>.Count)
        {
            ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(weights);
            Lanes even = default;
            Lanes odd = default;
            for (int i = 0; i + 1 < vectors.Length; i += 2)
            {
                even.Add(vectors[i]);
                odd.Add(vectors[i + 1]);
            }

            even.AddTo(ref total);
            odd.AddTo(ref total);
            weights = weights[(vectors.Length / 2 * 2 * Vector<double>.Count)..];
        }

        foreach (double weight in weights)
        {
            total.Add(weight);
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double weight)
    {
        // Knuth's TwoSum of the high part, then of the low part; what the second one rounds away is lost.
        // The parts stay as they come: each chain is one addition long, and the rest runs beside it.
        double sum = _high + weight;
        double back = sum - _high;
        double error = (_high - (sum - back)) + (weight - back);
        double low = _low + error;
        back = low - _low;
        _lost += Math.Abs((_low - (low - back)) + (error - back));
        _high = sum;
        _low = low;
    }

    public void Add(in DoubleDoubleSum other)
    {
        Add(other._high);
        Add(other._low);
        _lost += other._lost;
    }

    public static int Compare(in DoubleDoubleSum sum, in DoubleDoubleSum total, double share, double slack)
    {
        if (share != 0.5)
        {
            return ShareComparison.Compare(sum.Rounded(), total.Rounded(), share);
        }

        // Normalized, the parts compare in order. Doubling is exact, or overflows and is the larger one then.
        (double high, double low) = sum.Normalized();
        (double totalHigh, double totalLow) = total.Normalized();
        int order = (2 * high).CompareTo(totalHigh);
        return order != 0 ? order : (2 * low).CompareTo(totalLow);
    }

    /// <summary>The sum rounded to nearest as fraction * 2^exponent, which neither overflows nor underflows.</summary>
    public readonly (double Fraction, int Exponent) Rounded()
    {
        double high = Normalized().High;
        int exponent = high == 0 ? 0 : Math.ILogB(high);
        return (Math.ScaleB(high, -exponent), exponent);
    }

    // The low part is far smaller than the high one, so this loses nothing.
    private readonly (double High, double Low) Normalized()
    {
        double high = _high + _low;
        return (high, _low - (high - _high));
    }

    /// <summary>The same sum in every lane of a vector.</summary>
    private struct Lanes
    {
        private Vector<double> _high;
        private Vector<double> _low;
        private Vector<double> _lost;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<double> weights)
        {
            Vector<double> sum = _high + weights;
            Vector<double> back = sum - _high;
            Vector<double> error = (_high - (sum - back)) + (weights - back);
            Vector<double> low = _low + error;
            back = low - _low;
            _lost += Vector.Abs((_low - (low - back)) + (error - back));
            _high = sum;
            _low = low;
        }

        public readonly void AddTo(ref DoubleDoubleSum total)
        {
            for (int i = 0; i < Vector<double>.Count; i++)
            {
                total.Add(new DoubleDoubleSum { _high = _high[i], _low = _low[i], _lost = _lost[i] });
            }
        }
    }
}
