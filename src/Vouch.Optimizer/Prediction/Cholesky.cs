using System.Numerics.Tensors;

namespace Vouch.Optimizer.Prediction;

/// <summary>The Cholesky factor of a symmetric positive definite matrix, and what is solved with it.</summary>
internal sealed class Cholesky
{
    private readonly double[] _lower;
    private readonly int _size;

    /// <summary>Factors a matrix (row-major, lower triangle read) after adding a ridge to its diagonal.</summary>
    public Cholesky(double[] matrix, int size, double ridge)
    {
        _size = size;
        _lower = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            Span<double> row = _lower.AsSpan(i * size, size);
            for (int j = 0; j < i; j++)
            {
                row[j] = (matrix[(i * size) + j] - TensorPrimitives.Dot<double>(row[..j], _lower.AsSpan(j * size, j))) / _lower[(j * size) + j];
            }

            double rest = matrix[(i * size) + i] + ridge - TensorPrimitives.Dot<double>(row[..i], row[..i]);
            row[i] = Math.Sqrt(Math.Max(rest, 1e-12));
        }
    }

    /// <summary>Solves for one right-hand side in place.</summary>
    public void Solve(Span<double> values)
    {
        SolveLower(values);
        for (int i = _size - 1; i >= 0; i--)
        {
            double value = values[i] / _lower[(i * _size) + i];
            values[i] = value;
            for (int j = 0; j < i; j++)
            {
                values[j] -= _lower[(i * _size) + j] * value;
            }
        }
    }

    /// <summary>Solves with the lower triangle alone, in place.</summary>
    public void SolveLower(Span<double> values)
    {
        for (int i = 0; i < _size; i++)
        {
            values[i] = (values[i] - TensorPrimitives.Dot<double>(_lower.AsSpan(i * _size, i), values[..i])) / _lower[(i * _size) + i];
        }
    }
}
