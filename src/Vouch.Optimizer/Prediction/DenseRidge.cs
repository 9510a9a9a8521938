namespace Vouch.Optimizer.Prediction;

/// <summary>
/// Ridge regression of several targets on a dense design with its penalty chosen by cross-validation: sums of squares are taken once per fold, so leaving a fold out is a subtraction.
/// </summary>
internal sealed class DenseRidge
{
    private DenseRidge(float[] weights, float[] offsets, float[] heldOut, double error, double penalty)
    {
        Weights = weights;
        Offsets = offsets;
        HeldOut = heldOut;
        Error = error;
        Penalty = penalty;
    }

    /// <summary>Gets one row of target columns for each column of the design.</summary>
    public float[] Weights { get; }

    /// <summary>Gets what is added for each target, so that centred designs need not be kept.</summary>
    public float[] Offsets { get; }

    /// <summary>Gets the predictions of each row by the fit without its fold, row-major.</summary>
    public float[] HeldOut { get; }

    /// <summary>Gets the mean squared error of the held-out predictions.</summary>
    public double Error { get; }

    /// <summary>Gets the penalty that was chosen.</summary>
    public double Penalty { get; }

    /// <summary>Fits.</summary>
    /// <param name="design">Row-major, <paramref name="columns"/> numbers a row.</param>
    /// <param name="columns">The number of columns, a multiple of eight.</param>
    /// <param name="targets">Row-major, centred, <paramref name="width"/> numbers a row.</param>
    /// <param name="width">The number of targets, a multiple of eight.</param>
    /// <param name="folds">The fold of each row.</param>
    /// <param name="foldCount">The number of folds.</param>
    /// <param name="penalties">The penalties to choose from.</param>
    public static DenseRidge Fit(float[] design, int columns, float[] targets, int width, int[] folds, int foldCount, ReadOnlySpan<double> penalties)
    {
        Sums[] parts = [.. Enumerable.Range(0, foldCount).Select(_ => new Sums(columns, width))];
        for (int i = 0; i < folds.Length; i++)
        {
            parts[folds[i]].Add(design.AsSpan(i * columns, columns), targets.AsSpan(i * width, width));
        }

        var all = new Sums(columns, width);
        foreach (Sums part in parts)
        {
            all.Add(part, 1);
        }

        double bestError = double.PositiveInfinity;
        double bestPenalty = penalties[^1];
        float[] bestHeldOut = [];
        foreach (double penalty in penalties)
        {
            var heldOut = new float[targets.Length];
            for (int fold = 0; fold < foldCount; fold++)
            {
                var rest = new Sums(columns, width);
                rest.Add(all, 1);
                rest.Add(parts[fold], -1);
                (float[] weights, float[] offsets) = rest.Solve(penalty);
                for (int i = 0; i < folds.Length; i++)
                {
                    if (folds[i] == fold)
                    {
                        Apply(design.AsSpan(i * columns, columns), weights, offsets, heldOut.AsSpan(i * width, width));
                    }
                }
            }

            double error = 0;
            for (int i = 0; i < targets.Length; i++)
            {
                double miss = heldOut[i] - targets[i];
                error += miss * miss;
            }

            if (error < bestError)
            {
                (bestError, bestPenalty, bestHeldOut) = (error, penalty, heldOut);
            }
        }

        (float[] final, float[] finalOffsets) = all.Solve(bestPenalty);
        return new DenseRidge(final, finalOffsets, bestHeldOut, bestError / Math.Max(1, targets.Length), bestPenalty);
    }

    private static void Apply(ReadOnlySpan<float> row, float[] weights, float[] offsets, Span<float> result)
    {
        offsets.CopyTo(result);
        for (int j = 0; j < row.Length; j++)
        {
            SparseRows.AddScaled(row[j], weights.AsSpan(j * result.Length, result.Length), result);
        }
    }

    private sealed class Sums(int columns, int width)
    {
        private readonly float[] _squares = new float[columns * columns];
        private readonly float[] _products = new float[columns * width];
        private readonly double[] _means = new double[columns];
        private readonly double[] _targets = new double[width];
        private double _count;

        public void Add(ReadOnlySpan<float> row, ReadOnlySpan<float> target)
        {
            _count++;
            for (int j = 0; j < columns; j++)
            {
                _means[j] += row[j];
                int triangle = Math.Min(columns, (j / 8 * 8) + 8);
                SparseRows.AddScaled(row[j], row[..triangle], _squares.AsSpan(j * columns, triangle));
                SparseRows.AddScaled(row[j], target, _products.AsSpan(j * width, width));
            }

            for (int t = 0; t < width; t++)
            {
                _targets[t] += target[t];
            }
        }

        public void Add(Sums other, int sign)
        {
            _count += sign * other._count;
            SparseRows.AddScaled(sign, other._squares, _squares);
            SparseRows.AddScaled(sign, other._products, _products);
            for (int j = 0; j < columns; j++)
            {
                _means[j] += sign * other._means[j];
            }

            for (int t = 0; t < width; t++)
            {
                _targets[t] += sign * other._targets[t];
            }
        }

        public (float[] Weights, float[] Offsets) Solve(double penalty)
        {
            double count = Math.Max(1, _count);
            var centred = new double[columns * columns];
            for (int i = 0; i < columns; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    centred[(i * columns) + j] = _squares[(i * columns) + j] - (_means[i] * _means[j] / count);
                }
            }

            var factor = new Cholesky(centred, columns, penalty);
            var weights = new float[columns * width];
            var offsets = new float[width];
            var solution = new double[columns];
            for (int t = 0; t < width; t++)
            {
                for (int j = 0; j < columns; j++)
                {
                    solution[j] = _products[(j * width) + t] - (_means[j] * _targets[t] / count);
                }

                factor.Solve(solution);
                double offset = _targets[t] / count;
                for (int j = 0; j < columns; j++)
                {
                    weights[(j * width) + t] = (float)solution[j];
                    offset -= solution[j] * _means[j] / count;
                }

                offsets[t] = (float)offset;
            }

            return (weights, offsets);
        }
    }
}
