namespace Vouch.TrustEngine.Aggregators;

/// <content>Methods that shorten what is far away, and the geometric median.</content>
public static partial class RobustAggregators
{
    private const int MaxRounds = 100_000;
    private const double Settled = 1e-15;

    /// <summary>Shortens every vector to a length.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="length">The greatest Euclidean length, finite and above 0.</param>
    /// <returns>As many vectors, row-major.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is outside its range.</exception>
    public static double[] Clip(ReadOnlySpan<double> vectors, int dimension, double length)
    {
        int count = Rows(vectors, dimension);
        RequirePositive(length, nameof(length));
        double unit = Unit(vectors);
        double[] clipped = vectors.ToArray();
        for (int row = 0; row < count; row++)
        {
            Span<double> vector = clipped.AsSpan(row * dimension, dimension);
            Shorten(vector, Length(vector, unit), length / unit);
        }

        return clipped;
    }

    /// <summary>Shortens the longest 2f(n − f)/n vectors to the length of the next: a step before another method that needs no length to be set.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="faulty">How many vectors may lie: 2f &lt; n.</param>
    /// <returns>As many vectors, row-major.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="faulty"/> is negative or half of the vectors or more.</exception>
    /// <remarks>Source: Y. Allouah et al., "Adaptive gradient clipping for robust federated learning", ICLR 2025 (ARC).</remarks>
    public static double[] ClipAdaptively(ReadOnlySpan<double> vectors, int dimension, int faulty)
    {
        int count = Rows(vectors, dimension);
        RequireMinority(count, faulty);
        double unit = Unit(vectors);
        var lengths = new double[count];
        for (int row = 0; row < count; row++)
        {
            lengths[row] = Length(vectors.Slice(row * dimension, dimension), unit);
        }

        double limit = lengths.OrderDescending().ElementAt((int)(2L * faulty * (count - faulty) / count));
        double[] clipped = vectors.ToArray();
        for (int row = 0; row < count; row++)
        {
            Shorten(clipped.AsSpan(row * dimension, dimension), lengths[row], limit);
        }

        return clipped;
    }

    /// <summary>Moves a centre by the mean of the steps to each vector, each step shortened to a length.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="length">The greatest length of a step, finite and above 0.</param>
    /// <param name="rounds">How often the centre moves, 1 or more.</param>
    /// <param name="start">The first centre; empty for 0.</param>
    /// <returns>One vector.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>, or <paramref name="start"/> has another dimension.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <remarks>O(n d) a round. Source: S. P. Karimireddy, L. He, M. Jaggi, "Learning from history for Byzantine robust optimization", ICML 2021.</remarks>
    public static double[] CenteredClipping(ReadOnlySpan<double> vectors, int dimension, double length, int rounds = 1, ReadOnlySpan<double> start = default)
    {
        int count = Rows(vectors, dimension);
        RequirePositive(length, nameof(length));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        if (!start.IsEmpty && Rows(start, dimension) != 1)
        {
            throw new ArgumentException(FormattableString.Invariant($"The start is one vector of {dimension} numbers, not {start.Length}."), nameof(start));
        }

        double unit = Math.Max(Unit(vectors), Unit(start));
        double[] centre = start.IsEmpty ? new double[dimension] : start.ToArray();
        var step = new double[dimension];
        for (int round = 0; round < rounds; round++)
        {
            var sum = new double[dimension];
            for (int row = 0; row < count; row++)
            {
                for (int j = 0; j < dimension; j++)
                {
                    step[j] = (vectors[(row * dimension) + j] / unit) - (centre[j] / unit);
                }

                Shorten(step, Length(step, 1), length / unit);
                for (int j = 0; j < dimension; j++)
                {
                    sum[j] += step[j];
                }
            }

            for (int j = 0; j < dimension; j++)
            {
                centre[j] += sum[j] / count * unit;
            }
        }

        return centre;
    }

    /// <summary>The point whose weighted sum of distances to the vectors is least.</summary>
    /// <param name="vectors">The vectors, row-major.</param>
    /// <param name="dimension">Numbers per vector, 1 or more.</param>
    /// <param name="weights">A weight per vector, finite, 0 or more, not all 0; empty where all weigh the same.</param>
    /// <returns>One vector, to about 1e-12 of the vectors' spread. While liars weigh less than half it stays near the honest ones.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Mean"/>, or a weight is outside its range.</exception>
    /// <remarks>Weiszfeld's steps with the correction at a vector by Y. Vardi and C.-H. Zhang, "The multivariate L1-median and associated data depth", <i>PNAS</i> 97(4), 2000. O(n d) a step.</remarks>
    public static double[] GeometricMedian(ReadOnlySpan<double> vectors, int dimension, ReadOnlySpan<double> weights = default)
    {
        int count = Rows(vectors, dimension);
        double[] weight = Weights(weights, count);
        double unit = Unit(vectors);
        double[] point = CoordinateMedian(vectors, dimension);
        var pull = new double[dimension];
        var next = new double[dimension];
        for (int round = 0; round < MaxRounds; round++)
        {
            Array.Clear(pull);
            double total = 0;
            double here = 0;
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<double> vector = vectors.Slice(row * dimension, dimension);
                double distance = Math.Sqrt(SquaredDistance(vector, point, unit));
                if (distance == 0)
                {
                    here += weight[row];
                    continue;
                }

                total += weight[row] / distance;
                for (int j = 0; j < dimension; j++)
                {
                    pull[j] += weight[row] / distance * ((vector[j] / unit) - (point[j] / unit));
                }
            }

            double force = Length(pull, 1);
            if (total == 0 || force <= here)
            {
                return point;
            }

            double share = here == 0 ? 1 : 1 - (here / force);
            double moved = 0;
            double size = 0;
            for (int j = 0; j < dimension; j++)
            {
                next[j] = point[j] + (share * pull[j] / total * unit);
                moved = Math.Max(moved, Math.Abs(next[j] - point[j]));
                size = Math.Max(size, Math.Abs(next[j]));
            }

            next.CopyTo(point, 0);
            if (moved <= Settled * size)
            {
                break;
            }
        }

        return point;
    }

    private static double[] Weights(ReadOnlySpan<double> weights, int count)
    {
        if (weights.IsEmpty)
        {
            return [.. Enumerable.Repeat(1.0, count)];
        }

        double heaviest = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
            {
                throw new ArgumentException(FormattableString.Invariant($"Weight {i} is {weights[i]}; weights are finite and 0 or more."), nameof(weights));
            }

            heaviest = Math.Max(heaviest, weights[i]);
        }

        if (weights.Length != count || heaviest == 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"{count} vectors need as many weights, not all 0; there are {weights.Length}."), nameof(weights));
        }

        double[] scaled = weights.ToArray();
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] /= heaviest;
        }

        return scaled;
    }

    private static double Length(ReadOnlySpan<double> vector, double unit)
    {
        double sum = 0;
        foreach (double value in vector)
        {
            sum += value / unit * (value / unit);
        }

        return Math.Sqrt(sum);
    }

    private static void Shorten(Span<double> vector, double length, double limit)
    {
        if (length > limit)
        {
            double factor = limit / length;
            for (int j = 0; j < vector.Length; j++)
            {
                vector[j] *= factor;
            }
        }
    }

    private static void RequirePositive(double value, string argument)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(argument, value, "It is finite and above 0.");
        }
    }
}
