namespace Vouch.TrustEngine.Aggregators;

/// <content>Methods that choose vectors by their distances from one another.</content>
public static partial class RobustAggregators
{
    private const long MaxSubsets = 5_000_000;

    /// <summary>The vector whose n − f nearest, itself included, are nearest in sum of squares.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n; the source's proof needs 2f + 2 &lt; n.</param>
    /// <returns>One of the vectors.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative or half of the vectors or more.</exception>
    /// <remarks>O(n² d). Source: P. Blanchard, E. El Mhamdi, R. Guerraoui, J. Stainer, "Machine learning with adversaries: Byzantine tolerant gradient descent", NIPS 2017.</remarks>
    public static double[] Krum(ReadOnlySpan<double> vectors, int dimension, int faulty) =>
        vectors.Slice(ByScore(vectors, dimension, faulty)[0] * dimension, dimension).ToArray();

    /// <summary>The mean of the n − f vectors that Krum likes best.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n.</param>
    /// <returns>One vector.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative or half of the vectors or more.</exception>
    /// <remarks>O(n² d). Source: as for <see cref="Krum"/>.</remarks>
    public static double[] MultiKrum(ReadOnlySpan<double> vectors, int dimension, int faulty)
    {
        int[] order = ByScore(vectors, dimension, faulty);
        return MeanOf(vectors, dimension, order.Take(order.Length - faulty));
    }

    /// <summary>The mean of the n − f vectors whose greatest distance from one another is least.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n.</param>
    /// <returns>One vector.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative, half of the vectors or more, or leaves more than five million subsets to look at.</exception>
    /// <remarks>Looks at every subset: for few vectors only. Source: E. El Mhamdi, R. Guerraoui, A. Guirguis, S. Rouault, "SGD: decentralized Byzantine resilience", 2019 (minimum-diameter averaging).</remarks>
    public static double[] MinimumDiameterAveraging(ReadOnlySpan<double> vectors, int dimension, int faulty)
    {
        int count = Rows(vectors, dimension);
        RequireMinority(count, faulty);
        double subsets = 1;
        for (int i = 1; i <= faulty; i++)
        {
            subsets = subsets * (count - faulty + i) / i;
        }

        if (subsets > MaxSubsets)
        {
            throw new ArgumentOutOfRangeException(nameof(faulty), faulty, FormattableString.Invariant($"{count} vectors without {faulty} are {subsets:G3} subsets; at most {MaxSubsets} are looked at."));
        }

        double[,] distances = Distances(vectors, dimension, count);
        int[] best = Enumerable.Range(0, count - faulty).ToArray();
        int[] subset = (int[])best.Clone();
        double least = double.PositiveInfinity;
        Extend(0, 0, 0);
        return MeanOf(vectors, dimension, best);

        void Extend(int size, int from, double diameter)
        {
            if (size == subset.Length)
            {
                least = diameter;
                subset.CopyTo(best, 0);
                return;
            }

            for (int row = from; row <= count - (subset.Length - size); row++)
            {
                double wider = diameter;
                for (int i = 0; i < size && wider < least; i++)
                {
                    wider = Math.Max(wider, distances[subset[i], row]);
                }

                if (wider < least)
                {
                    subset[size] = row;
                    Extend(size + 1, row + 1, wider);
                }
            }
        }
    }

    /// <summary>The mean of the n − f vectors nearest to one that is trusted.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n.</param>
    /// <param name="trusted">The row that is trusted: one's own.</param>
    /// <returns>One vector.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative or half of the vectors or more, or there is no such row.</exception>
    /// <remarks>O(n d). Source: S. Farhadkhani et al., "Robust collaborative learning with linear gradient overhead", ICML 2023 (MoNNA).</remarks>
    public static double[] NearestToTrusted(ReadOnlySpan<double> vectors, int dimension, int faulty, int trusted)
    {
        int count = Rows(vectors, dimension);
        RequireMinority(count, faulty);
        ArgumentOutOfRangeException.ThrowIfNegative(trusted);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(trusted, count);
        return MeanOf(vectors, dimension, Nearest(vectors, dimension, count, trusted, count - faulty));
    }

    /// <summary>Replaces each vector by the mean of its n − f nearest, itself included: a step before another method.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n.</param>
    /// <returns>As many vectors, row-major.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative or half of the vectors or more.</exception>
    /// <remarks>O(n² d). Source: Y. Allouah et al., "Fixing by mixing: a recipe for optimal Byzantine ML under heterogeneity", AISTATS 2023 (nearest-neighbour mixing).</remarks>
    public static double[] MixNearest(ReadOnlySpan<double> vectors, int dimension, int faulty)
    {
        int count = Rows(vectors, dimension);
        RequireMinority(count, faulty);
        var mixed = new double[vectors.Length];
        for (int row = 0; row < count; row++)
        {
            MeanOf(vectors, dimension, Nearest(vectors, dimension, count, row, count - faulty)).CopyTo(mixed, row * dimension);
        }

        return mixed;
    }

    private static int[] ByScore(ReadOnlySpan<double> vectors, int dimension, int faulty)
    {
        int count = Rows(vectors, dimension);
        RequireMinority(count, faulty);
        double[,] distances = Distances(vectors, dimension, count);
        var scores = new double[count];
        var row = new double[count];
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < count; k++)
            {
                row[k] = distances[i, k];
            }

            Array.Sort(row);
            for (int k = 0; k < count - faulty; k++)
            {
                scores[i] += row[k];
            }
        }

        return [.. Enumerable.Range(0, count).OrderBy(i => scores[i])];
    }

    private static double[,] Distances(ReadOnlySpan<double> vectors, int dimension, int count)
    {
        double unit = Unit(vectors);
        var distances = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int k = i + 1; k < count; k++)
            {
                distances[i, k] = distances[k, i] = SquaredDistance(vectors.Slice(i * dimension, dimension), vectors.Slice(k * dimension, dimension), unit);
            }
        }

        return distances;
    }

    private static IEnumerable<int> Nearest(ReadOnlySpan<double> vectors, int dimension, int count, int row, int nearest)
    {
        double unit = Unit(vectors);
        var distances = new double[count];
        for (int i = 0; i < count; i++)
        {
            distances[i] = SquaredDistance(vectors.Slice(i * dimension, dimension), vectors.Slice(row * dimension, dimension), unit);
        }

        return Enumerable.Range(0, count).OrderBy(i => distances[i]).Take(nearest);
    }
}
