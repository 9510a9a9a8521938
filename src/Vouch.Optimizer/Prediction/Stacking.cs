namespace Vouch.Optimizer.Prediction;

/// <summary>Weights the parts of an ensemble by their held-out predictions, along the principal directions of the outcomes.</summary>
internal static class Stacking
{
    // Pseudo-prompts that speak for equal shares of a half in all: little labels are not taken at their word.
    private const double Shrinkage = 20;

    /// <summary>One square matrix for each part: the ensemble is the sum of each part's predictions times its matrix.</summary>
    public static float[][] Mix(TargetTable targets, IReadOnlyList<float[]> heldOut)
    {
        int k = targets.Count;
        double[] directions = SymmetricEigen.Vectors(Covariance(targets), k);
        var weights = new double[heldOut.Count, k];
        for (int f = 0; f < k; f++)
        {
            double[] shares = NonNegative(targets, heldOut, directions, f);
            for (int c = 0; c < shares.Length; c++)
            {
                weights[c, f] = shares[c];
            }
        }

        var mixes = new float[heldOut.Count][];
        for (int c = 0; c < mixes.Length; c++)
        {
            mixes[c] = new float[k * k];
            for (int i = 0; i < k; i++)
            {
                for (int j = 0; j < k; j++)
                {
                    double sum = 0;
                    for (int f = 0; f < k; f++)
                    {
                        sum += directions[(i * k) + f] * weights[c, f] * directions[(j * k) + f];
                    }

                    mixes[c][(i * k) + j] = (float)sum;
                }
            }
        }

        return mixes;
    }

    /// <summary>result += row * mix, over the first columns.</summary>
    public static void Apply(ReadOnlySpan<float> row, float[] mix, int count, Span<float> result)
    {
        for (int i = 0; i < count; i++)
        {
            float value = row[i];
            for (int j = 0; j < count; j++)
            {
                result[j] += value * mix[(i * count) + j];
            }
        }
    }

    private static double[] Covariance(TargetTable targets)
    {
        int k = targets.Count;
        var covariance = new double[k * k];
        for (int r = 0; r < targets.Rows; r++)
        {
            ReadOnlySpan<float> row = targets.Scores.AsSpan(r * targets.Width, k);
            for (int i = 0; i < k; i++)
            {
                for (int j = 0; j < k; j++)
                {
                    covariance[(i * k) + j] += (double)row[i] * row[j];
                }
            }
        }

        return covariance;
    }

    // Least squares with weights of 0 or more, by coordinate descent.
    private static double[] NonNegative(TargetTable targets, IReadOnlyList<float[]> heldOut, double[] directions, int factor)
    {
        int parts = heldOut.Count;
        int k = targets.Count;
        var squares = new double[parts, parts];
        var products = new double[parts];
        var values = new double[parts];
        for (int r = 0; r < targets.Rows; r++)
        {
            double target = Along(targets.Scores, r);
            for (int c = 0; c < parts; c++)
            {
                values[c] = Along(heldOut[c], r);
                products[c] += values[c] * target;
            }

            for (int c = 0; c < parts; c++)
            {
                for (int d = 0; d <= c; d++)
                {
                    squares[c, d] += values[c] * values[d];
                    squares[d, c] = squares[c, d];
                }
            }
        }

        double trace = 0;
        for (int c = 0; c < parts; c++)
        {
            trace += squares[c, c];
        }

        double ridge = (Shrinkage * trace / (parts * Math.Max(1, targets.Rows))) + 1e-12;
        double prior = 0.5 / parts;
        double[] weights = [.. Enumerable.Repeat(prior, parts)];
        for (int sweep = 0; sweep < 500; sweep++)
        {
            for (int c = 0; c < parts; c++)
            {
                double rest = products[c] + (ridge * prior);
                for (int d = 0; d < parts; d++)
                {
                    rest -= d == c ? 0 : squares[c, d] * weights[d];
                }

                weights[c] = Math.Max(0, rest / (squares[c, c] + ridge));
            }
        }

        return weights;

        double Along(float[] table, int row)
        {
            double sum = 0;
            for (int t = 0; t < k; t++)
            {
                sum += table[(row * targets.Width) + t] * directions[(t * k) + factor];
            }

            return sum;
        }
    }
}
