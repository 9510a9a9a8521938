using System.Numerics.Tensors;

namespace Vouch.Optimizer.Prediction;

/// <summary>The directions in which prompts differ most (latent semantic analysis), found without their labels.</summary>
/// <remarks>
/// Randomized subspace iteration on the weighted prompt-bucket matrix. Sources: S. Deerwester et al., <i>Indexing by Latent Semantic Analysis</i>, JASIS 41 (1990);
/// N. Halko, P.-G. Martinsson, J. A. Tropp, <i>Finding Structure with Randomness</i>, SIAM Review 53 (2011).
/// </remarks>
internal static class LatentSpace
{
    private const int Iterations = 2;

    /// <summary>Finds the directions.</summary>
    /// <returns><see cref="PromptFeatures.Buckets"/> rows of <paramref name="rank"/> numbers with orthonormal columns.</returns>
    public static float[] Find(SparseRows rows, int rank, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var left = new float[rows.Count * rank];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = (float)(random.NextDouble() - 0.5);
        }

        float[] right = [];
        for (int iteration = 0; iteration <= Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Orthonormalize(left, rank);
            right = new float[PromptFeatures.Buckets * rank];
            for (int i = 0; i < rows.Count; i++)
            {
                rows.Scatter(i, left.AsSpan(i * rank, rank), right, rank);
            }

            if (iteration < Iterations)
            {
                Array.Clear(left);
                for (int i = 0; i < rows.Count; i++)
                {
                    rows.Multiply(i, right, rank, left.AsSpan(i * rank, rank));
                }
            }
        }

        Orthonormalize(right, rank);
        return right;
    }

    // Cholesky orthonormalization, twice, because one pass leaves rounding behind where columns are nearly parallel.
    private static void Orthonormalize(float[] matrix, int rank)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            var products = new float[rank * rank];
            for (int i = 0; i < matrix.Length; i += rank)
            {
                Span<float> row = matrix.AsSpan(i, rank);
                if (TensorPrimitives.MaxMagnitude<float>(row) == 0)
                {
                    continue;
                }

                for (int j = 0; j < rank; j++)
                {
                    SparseRows.AddScaled(row[j], row, products.AsSpan(j * rank, rank));
                }
            }

            double[] gram = Array.ConvertAll(products, static value => (double)value);
            double trace = 0;
            for (int j = 0; j < rank; j++)
            {
                trace += gram[(j * rank) + j];
            }

            var factor = new Cholesky(gram, rank, Math.Max(1e-10 * trace, 1e-20));
            var inverse = new float[rank * rank];
            var column = new double[rank];
            for (int c = 0; c < rank; c++)
            {
                Array.Clear(column);
                column[c] = 1;
                factor.SolveLower(column);
                for (int r = 0; r < rank; r++)
                {
                    inverse[(c * rank) + r] = (float)column[r];
                }
            }

            var turned = new float[rank];
            for (int i = 0; i < matrix.Length; i += rank)
            {
                Span<float> row = matrix.AsSpan(i, rank);
                if (TensorPrimitives.MaxMagnitude<float>(row) == 0)
                {
                    continue;
                }

                Array.Clear(turned);
                for (int c = 0; c < rank; c++)
                {
                    SparseRows.AddScaled(row[c], inverse.AsSpan(c * rank, rank), turned);
                }

                turned.CopyTo(row);
            }
        }
    }
}
