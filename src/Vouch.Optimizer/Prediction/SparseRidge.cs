namespace Vouch.Optimizer.Prediction;

/// <summary>Ridge regression of several targets on the hashed features, by conjugate gradients on the normal equations; the matrix is shared, each target has its own steps.</summary>
/// <remarks>Source: M. R. Hestenes, E. Stiefel, <i>Methods of Conjugate Gradients for Solving Linear Systems</i>, 1952. Few steps suffice: the penalty keeps the condition number small.</remarks>
internal static class SparseRidge
{
    /// <summary>Fits centred targets.</summary>
    /// <param name="rows">The prompts.</param>
    /// <param name="used">Which of them to fit on.</param>
    /// <param name="targets">Row-major targets of <paramref name="width"/> columns, centred; one row for each prompt.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="penalty">The penalty on squared weights, above 0.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="weights">Where to start; holds the weights afterwards, <see cref="PromptFeatures.Buckets"/> rows of <paramref name="width"/>.</param>
    /// <param name="cancellationToken">Cancels the fit.</param>
    public static void Fit(SparseRows rows, int[] used, float[] targets, int width, float penalty, int steps, float[] weights, CancellationToken cancellationToken)
    {
        var residual = new float[weights.Length];
        var product = new float[weights.Length];
        var line = new float[width];
        foreach (int row in used)
        {
            // Residual of the normal equations: X'(y - X w) - penalty w.
            line.AsSpan().Clear();
            rows.Multiply(row, weights, width, line);
            for (int t = 0; t < width; t++)
            {
                line[t] = targets[(row * width) + t] - line[t];
            }

            rows.Scatter(row, line, residual, width);
        }

        SparseRows.AddScaled(-penalty, weights, residual);
        float[] direction = [.. residual];
        double[] norms = ColumnDots(residual, residual, width);
        var step = new float[width];
        var mix = new float[width];
        for (int iteration = 0; iteration < steps; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Array.Clear(product);
            foreach (int row in used)
            {
                line.AsSpan().Clear();
                rows.Multiply(row, direction, width, line);
                rows.Scatter(row, line, product, width);
            }

            SparseRows.AddScaled(penalty, direction, product);
            double[] curvature = ColumnDots(direction, product, width);
            for (int t = 0; t < width; t++)
            {
                step[t] = curvature[t] > 1e-20 ? (float)(norms[t] / curvature[t]) : 0;
            }

            for (int i = 0; i < weights.Length; i += width)
            {
                for (int t = 0; t < width; t++)
                {
                    weights[i + t] += step[t] * direction[i + t];
                    residual[i + t] -= step[t] * product[i + t];
                }
            }

            double[] next = ColumnDots(residual, residual, width);
            for (int t = 0; t < width; t++)
            {
                mix[t] = norms[t] > 1e-20 ? (float)(next[t] / norms[t]) : 0;
            }

            for (int i = 0; i < weights.Length; i += width)
            {
                for (int t = 0; t < width; t++)
                {
                    direction[i + t] = residual[i + t] + (mix[t] * direction[i + t]);
                }
            }

            norms = next;
        }
    }

    private static double[] ColumnDots(float[] a, float[] b, int width)
    {
        var sums = new double[width];
        for (int i = 0; i < a.Length; i += width)
        {
            for (int t = 0; t < width; t++)
            {
                sums[t] += (double)a[i + t] * b[i + t];
            }
        }

        return sums;
    }
}
