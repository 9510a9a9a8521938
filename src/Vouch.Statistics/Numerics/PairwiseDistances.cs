namespace Vouch.Statistics.Numerics;

/// <summary>Order statistics of the distances between the elements of a sorted sample, without forming all of them.</summary>
internal static class PairwiseDistances
{
    /// <summary>The k-th smallest (from 1) of the n (n - 1) / 2 distances, in O(log n) rounds of O(n).</summary>
    /// <param name="sorted">The sample in ascending order.</param>
    /// <param name="k">The rank, from 1.</param>
    /// <param name="scratch">4 n elements.</param>
    public static double Smallest(ReadOnlySpan<double> sorted, long k, Span<double> scratch)
    {
        int n = sorted.Length;
        Span<double> middles = scratch[..n];
        Span<double> sizes = scratch.Slice(n, n);
        Span<double> first = scratch.Slice(2 * n, n);
        Span<double> last = scratch.Slice(3 * n, n);

        // Row i holds the distances to i + 1, ..., n - 1, ascending; still possible are the columns first[i] to last[i].
        for (int i = 0; i < n; i++)
        {
            first[i] = i + 1;
            last[i] = n - 1;
        }

        while (true)
        {
            int rows = 0;
            for (int i = 0; i < n - 1; i++)
            {
                int size = (int)(last[i] - first[i]) + 1;
                if (size > 0)
                {
                    middles[rows] = sorted[(int)first[i] + ((size - 1) / 2)] - sorted[i];
                    sizes[rows++] = size;
                }
            }

            // The weighted median of the rows' medians: at least a quarter of what is possible lies on either side.
            double trial = WeightedSelection.Find(middles, sizes, new WeightedSelection.Carried(rows, AllEqual: false, AllWhole: true), 0.5).Lower;
            (long less, long lessOrEqual) = Count(sorted, trial);
            if (k > less && k <= lessOrEqual)
            {
                return trial;
            }

            Narrow(sorted, trial, first, last, above: k > lessOrEqual);
        }
    }

    /// <summary>The k-th smallest (from 1) distance of one element to all, itself included, in O(log n).</summary>
    public static double SmallestFrom(ReadOnlySpan<double> sorted, int i, int k)
    {
        // Of the k nearest, some number j stand to the left and the others, with the element itself, to the right: the smallest j such that the next one to the left is not nearer than the last to the right.
        double centre = sorted[i];
        int low = Math.Max(0, k - (sorted.Length - i));
        int high = Math.Min(i, k - 1);
        while (low < high)
        {
            int left = low + ((high - low) / 2);
            int right = k - 1 - left;
            if (centre - sorted[i - left - 1] < sorted[i + right] - centre)
            {
                low = left + 1;
            }
            else
            {
                high = left;
            }
        }

        return Math.Max(centre - sorted[i - low], sorted[i + (k - 1 - low)] - centre);
    }

    // How many distances are less than, and at most, the trial.
    private static (long Less, long LessOrEqual) Count(ReadOnlySpan<double> sorted, double trial)
    {
        long less = 0;
        long lessOrEqual = 0;
        int p = 1;
        int q = 1;
        for (int i = 0; i < sorted.Length; i++)
        {
            p = Math.Max(p, i + 1);
            q = Math.Max(q, i + 1);
            while (p < sorted.Length && sorted[p] - sorted[i] < trial)
            {
                p++;
            }

            while (q < sorted.Length && sorted[q] - sorted[i] <= trial)
            {
                q++;
            }

            less += p - i - 1;
            lessOrEqual += q - i - 1;
        }

        return (less, lessOrEqual);
    }

    private static void Narrow(ReadOnlySpan<double> sorted, double trial, Span<double> first, Span<double> last, bool above)
    {
        int p = 1;
        for (int i = 0; i < sorted.Length; i++)
        {
            p = Math.Max(p, i + 1);
            while (p < sorted.Length && (above ? sorted[p] - sorted[i] <= trial : sorted[p] - sorted[i] < trial))
            {
                p++;
            }

            if (above)
            {
                first[i] = Math.Max(first[i], p);
            }
            else
            {
                last[i] = Math.Min(last[i], p - 1);
            }
        }
    }
}
