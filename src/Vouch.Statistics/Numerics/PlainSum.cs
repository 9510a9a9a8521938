using System.Numerics;
using System.Runtime.InteropServices;

namespace Vouch.Statistics.Numerics;

/// <summary>An ordinary sum with a bound on its error: nearly always enough, and vectorized.</summary>
internal struct PlainSum : IWeightSum<PlainSum>
{
    private double _value;

    public readonly bool IsExact => true;

    public static PlainSum Of(ReadOnlySpan<double> weights)
    {
        double sum = 0;
        if (weights.Length >= 4 * Vector<double>.Count)
        {
            // Two independent chains hide the latency of the additions.
            ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(weights);
            Vector<double> even = Vector<double>.Zero;
            Vector<double> odd = Vector<double>.Zero;
            for (int i = 0; i + 1 < vectors.Length; i += 2)
            {
                even += vectors[i];
                odd += vectors[i + 1];
            }

            sum = Vector.Sum(even + odd);
            weights = weights[(vectors.Length / 2 * 2 * Vector<double>.Count)..];
        }

        foreach (double weight in weights)
        {
            sum += weight;
        }

        return new PlainSum { _value = sum };
    }

    public void Add(double weight) => _value += weight;

    public void Add(in PlainSum other) => _value += other._value;

    public static int Compare(in PlainSum sum, in PlainSum total, double share, double slack)
    {
        double threshold = share * total._value;
        if (slack == 0)
        {
            // Whole numbers below 2^53: nothing was rounded, and neither is half of them.
            return share == 0.5 ? sum._value.CompareTo(threshold) : ShareComparison.Compare(sum._value, threshold);
        }

        double distance = sum._value - threshold;
        return Math.Abs(distance) <= slack ? IWeightSum<PlainSum>.InDoubt : distance < 0 ? -1 : 1;
    }
}
