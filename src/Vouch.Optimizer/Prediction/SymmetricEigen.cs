namespace Vouch.Optimizer.Prediction;

/// <summary>Eigenvectors of a small symmetric matrix by Jacobi rotations.</summary>
/// <remarks>Source: G. H. Golub, C. F. Van Loan, <i>Matrix Computations</i>, 4th edition, section 8.5.</remarks>
internal static class SymmetricEigen
{
    /// <summary>The eigenvectors as columns of a row-major matrix, in no particular order.</summary>
    public static double[] Vectors(double[] matrix, int size)
    {
        double[] a = [.. matrix];
        var vectors = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            vectors[(i * size) + i] = 1;
        }

        for (int sweep = 0; sweep < 60; sweep++)
        {
            double off = 0;
            double diagonal = 0;
            for (int i = 0; i < size; i++)
            {
                diagonal += a[(i * size) + i] * a[(i * size) + i];
                for (int j = 0; j < i; j++)
                {
                    off += a[(i * size) + j] * a[(i * size) + j];
                }
            }

            if (off <= 1e-24 * diagonal)
            {
                break;
            }

            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    Rotate(a, vectors, size, p, q);
                }
            }
        }

        return vectors;
    }

    private static void Rotate(double[] a, double[] vectors, int size, int p, int q)
    {
        double apq = a[(p * size) + q];
        if (apq == 0)
        {
            return;
        }

        double theta = (a[(q * size) + q] - a[(p * size) + p]) / (2 * apq);
        double t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1);
        double s = t * c;
        for (int i = 0; i < size; i++)
        {
            (a[(i * size) + p], a[(i * size) + q]) = ((c * a[(i * size) + p]) - (s * a[(i * size) + q]), (s * a[(i * size) + p]) + (c * a[(i * size) + q]));
        }

        for (int i = 0; i < size; i++)
        {
            (a[(p * size) + i], a[(q * size) + i]) = ((c * a[(p * size) + i]) - (s * a[(q * size) + i]), (s * a[(p * size) + i]) + (c * a[(q * size) + i]));
            (vectors[(i * size) + p], vectors[(i * size) + q]) =
                ((c * vectors[(i * size) + p]) - (s * vectors[(i * size) + q]), (s * vectors[(i * size) + p]) + (c * vectors[(i * size) + q]));
        }
    }
}
