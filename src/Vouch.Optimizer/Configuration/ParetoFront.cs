namespace Vouch.Optimizer.Configuration;

/// <summary>Finds the points that no other point is better than: the exact Pareto front, every objective to be made small.</summary>
/// <remarks>
/// A point dominates another where it is nowhere larger and somewhere smaller. Equal points do not dominate each other: all or none of them are on the front. A point with
/// NaN is never on the front and dominates nothing; infinities count as numbers. To make an objective large, hand in its negative.
/// Source: H. T. Kung, F. Luccio, F. P. Preparata, <i>On finding the maxima of a set of vectors</i>, JACM 22(4), 1975; the staircase of three objectives is kept as
/// prefix minima in a Fenwick tree.
/// </remarks>
public static class ParetoFront
{
    /// <summary>The most objectives.</summary>
    public const int MaxObjectives = 64;

    /// <summary>Finds the front.</summary>
    /// <param name="points">The points, row after row: <paramref name="objectives"/> numbers each.</param>
    /// <param name="objectives">The numbers of one point, 1 to <see cref="MaxObjectives"/>.</param>
    /// <returns>The positions of the points on the front, ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="objectives"/> is outside its range.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="points"/> is no multiple of <paramref name="objectives"/>.</exception>
    /// <remarks>Up to three objectives: O(n log n). More: O(n f) comparisons for a front of f points.</remarks>
    public static int[] Of(ReadOnlySpan<double> points, int objectives)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(objectives, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(objectives, MaxObjectives);
        if (points.Length % objectives != 0)
        {
            throw new ArgumentException($"{points.Length} numbers are no whole number of points with {objectives} objectives.", nameof(points));
        }

        int count = points.Length / objectives;
        int[] order = new int[count];
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (!HasNaN(points.Slice(i * objectives, objectives)))
            {
                order[kept++] = i;
            }
        }

        Sort(points, objectives, order.AsSpan(0, kept));
        int[] front = objectives <= 3 ? Staircase(points, objectives, order.AsSpan(0, kept)) : Culled(points, objectives, order.AsSpan(0, kept));
        Array.Sort(front);
        return front;
    }

    /// <summary>Sorts lexicographically: by the first objective as plain numbers, which is fast, then runs of equal ones by the rest.</summary>
    private static void Sort(ReadOnlySpan<double> points, int objectives, Span<int> order)
    {
        double[] firsts = new double[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            firsts[i] = points[order[i] * objectives];
        }

        firsts.AsSpan().Sort(order);
        Lexicographic? rest = null;
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && firsts[end] == firsts[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                rest ??= new Lexicographic(points.ToArray(), objectives);
                order[start..end].Sort(rest);
            }

            start = end;
        }
    }

    /// <summary>In lexicographic order only an earlier point can dominate a later one; what is left to ask is whether one with second coordinate at most ours has a third at most ours.</summary>
    private static int[] Staircase(ReadOnlySpan<double> values, int objectives, ReadOnlySpan<int> order)
    {
        double[] seconds = new double[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            seconds[i] = At(values, objectives, order[i], 1);
        }

        Array.Sort(seconds);
        double[] least = new double[order.Length + 1];
        Array.Fill(least, double.PositiveInfinity);
        bool[] isInfiniteSeen = new bool[order.Length + 1];
        var front = new List<int>();
        for (int i = 0; i < order.Length;)
        {
            int end = i + 1;
            while (end < order.Length && AreEqual(values, objectives, order[i], order[end]))
            {
                end++;
            }

            double third = At(values, objectives, order[i], 2);
            int rank = UpperBound(seconds, At(values, objectives, order[i], 1));
            bool isDominated = false;
            for (int node = rank; node > 0 && !isDominated; node -= node & -node)
            {
                // Infinity is also what an empty node holds, so that a real one is marked.
                isDominated = least[node] <= third && (!double.IsPositiveInfinity(least[node]) || isInfiniteSeen[node]);
            }

            if (!isDominated)
            {
                for (; i < end; i++)
                {
                    front.Add(order[i]);
                }

                for (int node = rank; node <= order.Length; node += node & -node)
                {
                    least[node] = Math.Min(least[node], third);
                    isInfiniteSeen[node] = true;
                }
            }

            i = end;
        }

        return [.. front];
    }

    private static int[] Culled(ReadOnlySpan<double> values, int objectives, ReadOnlySpan<int> order)
    {
        var front = new List<int>();
        foreach (int candidate in order)
        {
            bool isDominated = false;
            foreach (int other in front)
            {
                if (Dominates(values.Slice(other * objectives, objectives), values.Slice(candidate * objectives, objectives)))
                {
                    isDominated = true;
                    break;
                }
            }

            if (!isDominated)
            {
                front.Add(candidate);
            }
        }

        return [.. front];
    }

    private static bool Dominates(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        bool isSmaller = false;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] > right[i])
            {
                return false;
            }

            isSmaller |= left[i] < right[i];
        }

        return isSmaller;
    }

    private static int UpperBound(double[] sorted, double value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static double At(ReadOnlySpan<double> values, int objectives, int point, int objective) => objective < objectives ? values[(point * objectives) + objective] : 0;

    private static bool AreEqual(ReadOnlySpan<double> values, int objectives, int left, int right)
    {
        for (int i = 0; i < objectives; i++)
        {
            if (values[(left * objectives) + i] != values[(right * objectives) + i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasNaN(ReadOnlySpan<double> point)
    {
        foreach (double value in point)
        {
            if (double.IsNaN(value))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Lexicographic(double[] values, int objectives) : IComparer<int>
    {
        public int Compare(int left, int right)
        {
            int a = left * objectives;
            int b = right * objectives;
            for (int i = 0; i < objectives; i++)
            {
                // == and < rather than CompareTo: -0 equals 0.
                if (values[a + i] != values[b + i])
                {
                    return values[a + i] < values[b + i] ? -1 : 1;
                }
            }

            return left.CompareTo(right);
        }
    }
}
