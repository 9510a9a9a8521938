using System.Buffers;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Percentiles of non-negative values that weigh as much as they are large.</summary>
internal static class WeightedPercentiles
{
    private const int Bins = 1 << 16;

    /// <summary>The smallest values whose sum with all below reaches the given shares of the sum. Two passes of counting over the bits of the values; O(values) time.</summary>
    public static void Of(ReadOnlySpan<float> values, double sum, ReadOnlySpan<double> shares, Span<double> percentiles)
    {
        if (!(sum > 0))
        {
            percentiles.Clear();
            return;
        }

        // Non-negative floats are ordered as their bits are.
        double[] rented = ArrayPool<double>.Shared.Rent(Bins);
        Span<double> weights = rented.AsSpan(0, Bins);
        weights.Clear();
        foreach (float value in values)
        {
            weights[BitConverter.SingleToInt32Bits(value) >>> 16] += value;
        }

        Span<int> bins = stackalloc int[shares.Length];
        Span<double> rests = stackalloc double[shares.Length];
        double total = Total(weights);
        for (int i = 0; i < shares.Length; i++)
        {
            (bins[i], rests[i]) = Find(weights, shares[i] * total);
        }

        // The bins of different shares may be one and the same; each has its own counts.
        double[] finer = ArrayPool<double>.Shared.Rent(shares.Length * Bins);
        finer.AsSpan(0, shares.Length * Bins).Clear();
        foreach (float value in values)
        {
            int bits = BitConverter.SingleToInt32Bits(value), bin = bits >>> 16;
            for (int i = 0; i < bins.Length; i++)
            {
                if (bin == bins[i])
                {
                    finer[(i * Bins) + (bits & 0xFFFF)] += value;
                }
            }
        }

        for (int i = 0; i < shares.Length; i++)
        {
            percentiles[i] = BitConverter.Int32BitsToSingle((bins[i] << 16) | Find(finer.AsSpan(i * Bins, Bins), rests[i]).Bin);
        }

        ArrayPool<double>.Shared.Return(finer);
        ArrayPool<double>.Shared.Return(rented);
    }

    private static double Total(ReadOnlySpan<double> weights)
    {
        double total = 0;
        foreach (double weight in weights)
        {
            total += weight;
        }

        return total;
    }

    private static (int Bin, double Missing) Find(ReadOnlySpan<double> weights, double wanted)
    {
        double below = 0;
        int last = 0;
        for (int bin = 0; bin < weights.Length; bin++)
        {
            if (weights[bin] == 0)
            {
                continue;
            }

            if (below + weights[bin] >= wanted)
            {
                return (bin, wanted - below);
            }

            below += weights[bin];
            last = bin;
        }

        return (last, weights[last]);
    }
}
