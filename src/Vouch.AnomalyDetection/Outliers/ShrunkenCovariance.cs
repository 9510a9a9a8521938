using System.Numerics.Tensors;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>A mean and a covariance that can always be inverted, and the distances they imply.</summary>
internal sealed class ShrunkenCovariance
{
    private readonly double[] _mean;
    private readonly double[] _factor;
    private readonly int _columns;

    private ShrunkenCovariance(double[] mean, double[] factor)
    {
        _mean = mean;
        _factor = factor;
        _columns = mean.Length;
    }

    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Estimates from the listed rows of a row-major table.</summary>
    public static ShrunkenCovariance Of(ReadOnlySpan<double> values, int columns, ReadOnlySpan<int> rows)
    {
        double[] mean = new double[columns];
        foreach (int row in rows)
        {
            TensorPrimitives.Add(mean, values.Slice(row * columns, columns), mean);
        }

        TensorPrimitives.Multiply(mean, 1.0 / rows.Length, mean);
        double[] covariance = new double[columns * columns];
        double[] centred = new double[columns];
        foreach (int row in rows)
        {
            TensorPrimitives.Subtract(values.Slice(row * columns, columns), mean, centred);
            for (int i = 0; i < columns; i++)
            {
                double weight = centred[i] / rows.Length;
                if (weight != 0)
                {
                    Span<double> target = covariance.AsSpan((i * columns) + i, columns - i);
                    TensorPrimitives.MultiplyAdd(centred.AsSpan(i), weight, target, target);
                }
            }
        }

        return new ShrunkenCovariance(mean, Factor(covariance, columns, rows.Length));
    }

    /// <summary>The squared distance of a row to the mean.</summary>
    public double Squared(ReadOnlySpan<double> row, Span<double> scratch)
    {
        Whiten(row, scratch);
        return Math.Min(TensorPrimitives.Dot<double>(scratch, scratch), double.MaxValue);
    }

    /// <summary>Splits the squared distance by column: difference times the inverse covariance's row times the differences. The terms sum to it.</summary>
    public void Split(ReadOnlySpan<double> row, Span<double> terms) => Split(row, terms, weigh: true);

    private void Split(ReadOnlySpan<double> row, Span<double> terms, bool weigh)
    {
        double[] solved = new double[_columns];
        Whiten(row, solved);
        for (int i = _columns - 1; i >= 0; i--)
        {
            solved[i] /= _factor[(i * _columns) + i];
            TensorPrimitives.MultiplyAdd(_factor.AsSpan(i * _columns, i), -solved[i], solved.AsSpan(0, i), solved.AsSpan(0, i));
        }

        for (int i = 0; i < _columns; i++)
        {
            terms[i] = weigh ? (row[i] - _mean[i]) * solved[i] : solved[i];
        }
    }

    /// <summary>The inverse of the covariance, row-major.</summary>
    public double[] Precision()
    {
        double[] inverse = new double[_columns * _columns];
        double[] unit = new double[_columns];
        for (int i = 0; i < _columns; i++)
        {
            _mean.CopyTo(unit, 0);
            unit[i] += 1;
            Split(unit, inverse.AsSpan(i * _columns, _columns), weigh: false);
        }

        return inverse;
    }

    private void Whiten(ReadOnlySpan<double> row, Span<double> target)
    {
        for (int i = 0; i < _columns; i++)
        {
            double sum = row[i] - _mean[i] - TensorPrimitives.Dot(_factor.AsSpan(i * _columns, i), target[..i]);
            target[i] = sum / _factor[(i * _columns) + i];
        }
    }

    /// <summary>Shrinks by the oracle-approximating weight and takes the Cholesky factor (lower, row-major).</summary>
    private static double[] Factor(double[] upper, int columns, int rows)
    {
        double trace = 0;
        double squares = 0;
        for (int i = 0; i < columns; i++)
        {
            trace += upper[(i * columns) + i];
            for (int j = i; j < columns; j++)
            {
                double value = upper[(i * columns) + j];
                squares += (i == j ? 1 : 2) * value * value;
            }
        }

        double target = trace / columns;
        if (!(target > 0) || !double.IsFinite(squares))
        {
            target = 1;
            trace = columns;
            squares = columns;
            Array.Clear(upper);
        }

        double traceSquared = trace * trace;
        double numerator = ((1 - (2.0 / columns)) * squares) + traceSquared;
        double denominator = (rows + 1 - (2.0 / columns)) * (squares - (traceSquared / columns));
        double weight = denominator > 0 ? Math.Clamp(numerator / denominator, 0, 1) : 1;
        weight = Math.Max(weight, 1e-8);
        double[] factor = new double[columns * columns];
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double value = (1 - weight) * upper[(j * columns) + i];
                if (i == j)
                {
                    value += weight * target;
                }

                value -= TensorPrimitives.Dot(factor.AsSpan(i * columns, j), factor.AsSpan(j * columns, j));
                factor[(i * columns) + j] = i == j ? Math.Sqrt(Math.Max(value, weight * target * 1e-6)) : value / factor[(j * columns) + j];
            }
        }

        return factor;
    }
}
