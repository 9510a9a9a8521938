using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Tests.Prediction;

/// <summary>The numerical parts against slow, obvious versions.</summary>
public sealed class RegressionTests
{
    [Fact]
    public void DenseRidge_HeldOut_EqualsRefittingWithoutTheFold()
    {
        const int Rows = 40;
        const int Columns = 8;
        const int Width = 8;
        var random = new Random(1);
        float[] design = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(random.NextDouble() - 0.5))];
        float[] targets = [.. Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextDouble())];
        int[] folds = [.. Enumerable.Range(0, Rows).Select(i => i % 5)];

        DenseRidge fit = DenseRidge.Fit(design, Columns, targets, Width, folds, 5, [0.7]);

        for (int row = 0; row < Rows; row++)
        {
            int[] used = [.. Enumerable.Range(0, Rows).Where(i => folds[i] != folds[row])];
            double expected = Obvious(design, targets, used, Columns, Width, target: 2, 0.7, design.AsSpan(row * Columns, Columns).ToArray());
            fit.HeldOut[(row * Width) + 2].Should().BeApproximately((float)expected, 2e-4f);
        }
    }

    [Fact]
    public void SymmetricEigen_Vectors_DiagonalizeAndAreOrthonormal()
    {
        const int Size = 12;
        var random = new Random(2);
        var matrix = new double[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[(i * Size) + j] = matrix[(j * Size) + i] = random.NextDouble() - 0.5;
            }
        }

        double[] vectors = SymmetricEigen.Vectors(matrix, Size);

        for (int a = 0; a < Size; a++)
        {
            for (int b = 0; b < Size; b++)
            {
                double inner = 0;
                double form = 0;
                for (int i = 0; i < Size; i++)
                {
                    inner += vectors[(i * Size) + a] * vectors[(i * Size) + b];
                    for (int j = 0; j < Size; j++)
                    {
                        form += vectors[(i * Size) + a] * matrix[(i * Size) + j] * vectors[(j * Size) + b];
                    }
                }

                inner.Should().BeApproximately(a == b ? 1 : 0, 1e-10);
                if (a != b)
                {
                    form.Should().BeApproximately(0, 1e-10);
                }
            }
        }
    }

    [Fact]
    public void Cholesky_Solve_InvertsTheProduct()
    {
        double[] matrix = [4, 2, 0.5, 2, 5, 1, 0.5, 1, 3];
        double[] right = [1, -2, 3];
        double[] values = [.. right];

        new Cholesky(matrix, 3, 0.25).Solve(values);

        for (int i = 0; i < 3; i++)
        {
            double product = 0.25 * values[i];
            for (int j = 0; j < 3; j++)
            {
                product += matrix[(i * 3) + j] * values[j];
            }

            product.Should().BeApproximately(right[i], 1e-12);
        }
    }

    [Fact]
    public void LogisticCurve_ManyPoints_FindsTheTruth()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 20_000).Select(_ => (random.NextDouble() * 6) - 3)];
        double[] scores = [.. x.Select(value => random.NextDouble() < 1 / (1 + Math.Exp(-((0.7 * value) - 0.4))) ? 1.0 : 0.0)];

        (double slope, double intercept) = LogisticCurve.Fit(x, scores, 1, 0, 4);

        slope.Should().BeApproximately(0.7, 0.05);
        intercept.Should().BeApproximately(-0.4, 0.05);
    }

    [Fact]
    public void LogisticCurve_ReversedScores_IsFlatNotReversed()
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(i => (i / 100.0) - 1)];

        (double slope, double intercept) = LogisticCurve.Fit(x, [.. x.Select(value => value < 0 ? 1.0 : 0.0)], 1, 0, 4);

        slope.Should().Be(0);
        intercept.Should().BeApproximately(0, 0.05);
    }

    // Gauss elimination on the centred normal equations.
    private static double Obvious(float[] design, float[] targets, int[] used, int columns, int width, int target, double penalty, float[] at)
    {
        double[] means = [.. Enumerable.Range(0, columns).Select(j => used.Average(i => design[(i * columns) + j]))];
        double mean = used.Average(i => targets[(i * width) + target]);
        var a = new double[columns, columns + 1];
        foreach (int i in used)
        {
            for (int j = 0; j < columns; j++)
            {
                for (int k = 0; k < columns; k++)
                {
                    a[j, k] += (design[(i * columns) + j] - means[j]) * (design[(i * columns) + k] - means[k]);
                }

                a[j, columns] += (design[(i * columns) + j] - means[j]) * (targets[(i * width) + target] - mean);
            }
        }

        for (int j = 0; j < columns; j++)
        {
            a[j, j] += penalty;
        }

        for (int p = 0; p < columns; p++)
        {
            for (int r = 0; r < columns; r++)
            {
                double factor = r == p ? 0 : a[r, p] / a[p, p];
                for (int c = p; c <= columns && r != p; c++)
                {
                    a[r, c] -= factor * a[p, c];
                }
            }
        }

        return mean + Enumerable.Range(0, columns).Sum(j => a[j, columns] / a[j, j] * (at[j] - means[j]));
    }
}
