namespace Vouch.AnomalyDetection.Outliers;

/// <summary>
/// The finite, scaled copy of a table that distances and sums can be taken on, and the rule that made it, for later rows.
/// Missing cells become the median, infinite ones lie a range beyond the finite, magnitudes stop at 1e150.
/// </summary>
internal sealed class PreparedColumns
{
    public const double Largest = 1e150;

    private readonly FeatureMatrix _source;

    /// <summary>NaN until it is asked for where no scaling needed it; computing it twice at once does no harm.</summary>
    private readonly double[] _median;
    private readonly double[] _below;
    private readonly double[] _above;
    private readonly double[] _origin;
    private readonly double[] _factor;
    private bool _scaled;
    private bool _learnt;

    private PreparedColumns(FeatureMatrix source, double[]? shared)
    {
        int rows = source.Rows;
        int columns = source.Columns;
        _source = source;
        Rows = rows;
        Columns = columns;
        Values = shared ?? new double[rows * columns];
        _median = new double[columns];
        _below = new double[columns];
        _above = new double[columns];
        _origin = new double[columns];
        _factor = new double[columns];
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Row-major, as the table.</summary>
    public double[] Values { get; }

    public static PreparedColumns From(FeatureMatrix data, FeatureScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Rows == 0)
        {
            throw new ArgumentException("The table has no row to learn from.", nameof(data));
        }

        if (scaling == FeatureScaling.None && data.IsTame(Largest))
        {
            // Nothing to change: the table's own values serve, and what later rows with gaps would need is learnt when one comes.
            return new PreparedColumns(data, data.Cells);
        }

        var prepared = new PreparedColumns(data, null);
        prepared.Learn(scaling);
        for (int row = 0; row < data.Rows; row++)
        {
            prepared.Apply(data.Row(row), prepared.Values.AsSpan(row * data.Columns, data.Columns));
        }

        return prepared;
    }

    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>Prepares a row the way the table was.</summary>
    public void Apply(ReadOnlySpan<double> row, Span<double> target)
    {
        if (row.Length != Columns)
        {
            throw new ArgumentException($"The row has {row.Length} values; the model knows {Columns} features.", nameof(row));
        }

        for (int column = 0; column < row.Length; column++)
        {
            double value = row[column];
            if (!double.IsFinite(value))
            {
                if (!Volatile.Read(ref _learnt))
                {
                    Learn(FeatureScaling.None);
                }

                value = double.IsNaN(value) ? Median(column) : value > 0 ? _above[column] : _below[column];
            }

            target[column] = Math.Clamp(value, -Largest, Largest);
            if (_scaled)
            {
                target[column] = Math.Clamp((target[column] - _origin[column]) * _factor[column], -Largest, Largest);
            }
        }
    }

    /// <summary>Learning twice at once writes the same numbers twice.</summary>
    private void Learn(FeatureScaling scaling)
    {
        double[] finite = new double[Rows];
        for (int column = 0; column < Columns; column++)
        {
            int count = Finite(_source, column, finite);
            Learn(column, finite.AsSpan(0, count), scaling);
        }

        _scaled = scaling != FeatureScaling.None;
        Volatile.Write(ref _learnt, true);
    }

    private void Learn(int column, Span<double> finite, FeatureScaling scaling)
    {
        _factor[column] = 1;
        if (finite.IsEmpty)
        {
            _below[column] = -1;
            _above[column] = 1;
            return;
        }

        double least = finite[0];
        double most = finite[0];
        foreach (double value in finite)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        double range = most > least ? most - least : Math.Max(1, Math.Abs(most));
        _median[column] = double.NaN;
        _below[column] = least - range;
        _above[column] = most + range;
        if (scaling == FeatureScaling.MinMax && most > least)
        {
            _origin[column] = least;
            _factor[column] = 1 / (most - least);
        }
        else if (scaling == FeatureScaling.MinMax)
        {
            _origin[column] = least;
        }
        else if (scaling == FeatureScaling.Robust)
        {
            finite.Sort();
            _median[column] = Middle(finite);
            _origin[column] = _median[column];
            double scale = most > least ? DrawnInDeviation(finite) : 0;
            _factor[column] = scale > 0 ? 1 / scale : 1;
        }
    }

    private static int Finite(FeatureMatrix data, int column, Span<double> target)
    {
        int count = 0;
        for (int row = 0; row < data.Rows; row++)
        {
            double value = data.Row(row)[column];
            if (double.IsFinite(value))
            {
                target[count++] = Math.Clamp(value, -Largest, Largest);
            }
        }

        return count;
    }

    private double Median(int column)
    {
        if (double.IsNaN(_median[column]))
        {
            double[] finite = new double[Rows];
            Span<double> known = finite.AsSpan(0, Finite(_source, column, finite));
            known.Sort();
            _median[column] = Middle(known);
        }

        return _median[column];
    }

    private static double Middle(ReadOnlySpan<double> sorted)
    {
        int half = sorted.Length / 2;
        return (sorted.Length & 1) == 1 ? sorted[half] : (0.5 * sorted[half - 1]) + (0.5 * sorted[half]);
    }

    /// <summary>The standard deviation after the outermost values on either side are pulled to the 1 % and 99 % points.</summary>
    private static double DrawnInDeviation(ReadOnlySpan<double> sorted)
    {
        int cut = sorted.Length / 100;
        double low = sorted[cut];
        double high = sorted[sorted.Length - 1 - cut];
        if (high <= low)
        {
            low = sorted[0];
            high = sorted[^1];
        }

        double mean = 0;
        foreach (double value in sorted)
        {
            mean += Math.Clamp(value, low, high) / sorted.Length;
        }

        double sum = 0;
        foreach (double value in sorted)
        {
            double difference = (Math.Clamp(value, low, high) - mean) / (high > low ? high - low : 1);
            sum += difference * difference;
        }

        return Math.Sqrt(sum / sorted.Length) * (high > low ? high - low : 1);
    }
}
