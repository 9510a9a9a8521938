using System.Runtime.CompilerServices;

namespace Vouch.TrustEngine.Aggregators;

/// <summary>Combines vectors of which up to f may be lies, by the methods that distributed learning knows; also the averages they are judged against.</summary>
/// <remarks>
/// <para>Vectors are rows of a row-major array: <c>n × dimension</c> numbers, all finite. What each method needs of n and f is in its summary; outside that it throws. Ties go to the row that comes first. Pure, deterministic, safe
/// to share. Values up to the largest double are taken: distances are computed in units of the greatest entry where they would overflow.</para>
/// <para>None of them promises truth: with f liars among n they bound how far the result lies from the honest mean in terms of how much honest vectors differ. Sources stand with each method; the results equal those of
/// ByzFL (https://byzfl.epfl.ch) where it has the method.</para>
/// </remarks>
public static partial class RobustAggregators
{
    private const double GreatestSafe = 1e140;

    /// <summary>The mean of all vectors. One lie moves it anywhere.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <returns>One vector.</returns>
    /// <exception cref="ArgumentException"><paramref name="vectors"/> is empty, not a whole number of rows, or holds a number that is not finite.</exception>
    public static double[] Mean(ReadOnlySpan<double> vectors, int dimension)
    {
        int count = Rows(vectors, dimension);
        return MeanOf(vectors, dimension, Enumerable.Range(0, count));
    }

    /// <summary>The lower median of each coordinate.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <returns>One vector. Each coordinate lies between two honest ones while n ≥ 2f + 1.</returns>
    /// <exception cref="ArgumentException"><paramref name="vectors"/> is empty, not a whole number of rows, or holds a number that is not finite.</exception>
    /// <remarks>O(n log n) per coordinate.</remarks>
    public static double[] CoordinateMedian(ReadOnlySpan<double> vectors, int dimension) =>
        ByCoordinate(vectors, dimension, 0, static (column, _) => column[(column.Length - 1) / 2]);

    /// <summary>The mean of each coordinate without its f smallest and f greatest values.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n.</param>
    /// <returns>One vector.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative or half of the vectors or more.</exception>
    /// <remarks>Source: D. Yin, Y. Chen, K. Ramchandran, P. Bartlett, "Byzantine-robust distributed learning: towards optimal statistical rates", ICML 2018.</remarks>
    public static double[] TrimmedMean(ReadOnlySpan<double> vectors, int dimension, int faulty)
    {
        RequireMinority(Rows(vectors, dimension), faulty);
        return ByCoordinate(vectors, dimension, faulty, static (column, f) => MeanOfSorted(column.AsSpan(f, column.Length - (2 * f))));
    }

    /// <summary>The mean of each coordinate's n − f values that are nearest to its median.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n.</param>
    /// <returns>One vector.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative or half of the vectors or more.</exception>
    /// <remarks>Source: C. Xie, O. Koyejo, I. Gupta, "Generalized Byzantine-tolerant SGD", 2018 (mean around median).</remarks>
    public static double[] MeanAroundMedian(ReadOnlySpan<double> vectors, int dimension, int faulty)
    {
        RequireMinority(Rows(vectors, dimension), faulty);
        return ByCoordinate(vectors, dimension, faulty, static (column, f) =>
        {
            double median = column[(column.Length - 1) / 2];
            int from = 0;
            int to = column.Length;
            while (to - from > column.Length - f)
            {
                // Sorted: the farthest is at an end. Halved, so that the distance does not overflow.
                if ((median / 2) - (column[from] / 2) > (column[to - 1] / 2) - (median / 2))
                {
                    from++;
                }
                else
                {
                    to--;
                }
            }

            return MeanOfSorted(column.AsSpan(from, to - from));
        });
    }

    private static double[] ByCoordinate(ReadOnlySpan<double> vectors, int dimension, int faulty, Func<double[], int, double> combine)
    {
        int count = Rows(vectors, dimension);
        var column = new double[count];
        var result = new double[dimension];
        for (int j = 0; j < dimension; j++)
        {
            for (int i = 0; i < count; i++)
            {
                column[i] = vectors[(i * dimension) + j];
            }

            Array.Sort(column);
            result[j] = combine(column, faulty);
        }

        return result;
    }

    private static double MeanOfSorted(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        if (double.IsFinite(sum))
        {
            return sum / values.Length;
        }

        sum = 0;
        foreach (double value in values)
        {
            sum += value / values.Length;
        }

        return sum;
    }

    private static double[] MeanOf(ReadOnlySpan<double> vectors, int dimension, IEnumerable<int> rows)
    {
        int[] chosen = [.. rows];
        var column = new double[chosen.Length];
        var mean = new double[dimension];
        for (int j = 0; j < dimension; j++)
        {
            for (int i = 0; i < chosen.Length; i++)
            {
                column[i] = vectors[(chosen[i] * dimension) + j];
            }

            mean[j] = MeanOfSorted(column);
        }

        return mean;
    }

    private static int Rows(ReadOnlySpan<double> vectors, int dimension, [CallerArgumentExpression(nameof(vectors))] string? argument = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (vectors.IsEmpty || vectors.Length % dimension != 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"{vectors.Length} numbers are not one or more vectors of {dimension}."), argument);
        }

        for (int i = 0; i < vectors.Length; i++)
        {
            if (!double.IsFinite(vectors[i]))
            {
                throw new ArgumentException(FormattableString.Invariant($"Coordinate {i % dimension} of vector {i / dimension} is {vectors[i]}; leave such vectors out before they are combined."), argument);
            }
        }

        return vectors.Length / dimension;
    }

    private static void RequireMinority(int count, int faulty, [CallerArgumentExpression(nameof(faulty))] string? argument = null)
    {
        if (faulty < 0 || 2L * faulty >= count)
        {
            throw new ArgumentOutOfRangeException(argument, faulty, FormattableString.Invariant($"Of {count} vectors, from 0 to {(count - 1) / 2} may lie."));
        }
    }

    /// <summary>What distances are measured in: 1, or the greatest entry where squares would overflow.</summary>
    private static double Unit(ReadOnlySpan<double> vectors)
    {
        double greatest = 0;
        foreach (double value in vectors)
        {
            greatest = Math.Max(greatest, Math.Abs(value));
        }

        return greatest > GreatestSafe ? greatest : 1;
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double unit)
    {
        double sum = 0;
        for (int j = 0; j < a.Length; j++)
        {
            double difference = (a[j] / unit) - (b[j] / unit);
            sum += difference * difference;
        }

        return sum;
    }
}
