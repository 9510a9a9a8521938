using System.Globalization;
using System.Numerics;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>A table of numbers, one row per observation and one column per feature; what the batch detectors are fitted to.</summary>
/// <remarks>
/// <para>Immutable and safe to share. <see cref="double.NaN"/> is a missing cell: it takes the column's median, so it neither accuses nor excuses a row.
/// An infinite cell lies one range beyond the finite values of its column. Magnitudes above 1e150 count as 1e150, so that squares stay finite.</para>
/// </remarks>
public sealed class FeatureMatrix
{
    private readonly double[] _values;
    private readonly string[] _names;

    /// <summary>Makes a matrix from values in row-major order; the values are copied.</summary>
    /// <param name="values">The cells, row after row: <paramref name="columns"/> numbers per row.</param>
    /// <param name="columns">How many features a row has, at least 1.</param>
    /// <param name="names">The names of the columns, or nothing for <c>f0, f1, ...</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The number of values is no multiple of <paramref name="columns"/>, or the names are not one per column.</exception>
    public FeatureMatrix(ReadOnlySpan<double> values, int columns, IReadOnlyList<string>? names = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.Length % columns != 0)
        {
            throw new ArgumentException($"{values.Length} values do not make whole rows of {columns}.", nameof(values));
        }

        if (names is not null && names.Count != columns)
        {
            throw new ArgumentException($"{names.Count} names for {columns} columns.", nameof(names));
        }

        _values = values.ToArray();
        Columns = columns;
        Rows = values.Length / columns;
        _names = names is null
            ? [.. Enumerable.Range(0, columns).Select(static i => "f" + i.ToString(CultureInfo.InvariantCulture))]
            : [.. names];
    }

    /// <summary>Gets the number of rows; may be 0.</summary>
    public int Rows { get; }

    /// <summary>Gets the number of features, at least 1.</summary>
    public int Columns { get; }

    /// <summary>Gets the names of the features, one per column.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Gets one cell.</summary>
    /// <param name="row">A row in [0, <see cref="Rows"/>).</param>
    /// <param name="column">A column in [0, <see cref="Columns"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The column does not exist.</exception>
    public double this[int row, int column] =>
        (uint)column < (uint)Columns ? _values[(row * Columns) + column] : throw new ArgumentOutOfRangeException(nameof(column), column, $"There are {Columns} columns.");

    /// <summary>Makes a matrix from one array per row.</summary>
    /// <param name="rows">The rows, all of the same length, at least one.</param>
    /// <param name="names">The names of the columns, or nothing.</param>
    /// <exception cref="ArgumentException">There is no row, or a row has another length than the first.</exception>
    public static FeatureMatrix FromRows(IReadOnlyList<double[]> rows, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
        {
            throw new ArgumentException("At least one row is needed to know the number of columns.", nameof(rows));
        }

        int columns = rows[0].Length;
        double[] values = new double[columns * rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != columns)
            {
                throw new ArgumentException($"Row {i} has {rows[i].Length} values, row 0 has {columns}.", nameof(rows));
            }

            rows[i].CopyTo(values, i * columns);
        }

        return new FeatureMatrix(values, columns, names);
    }

    /// <summary>The cells of one row.</summary>
    /// <param name="row">A row in [0, <see cref="Rows"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The row does not exist.</exception>
    public ReadOnlySpan<double> Row(int row) => _values.AsSpan(row * Columns, Columns);

    /// <summary>The cells themselves; not to be written to.</summary>
    internal double[] Cells => _values;

    /// <summary>Whether every cell is finite and within the magnitude.</summary>
    internal bool IsTame(double magnitude)
    {
        var limit = new Vector<double>(magnitude);
        int i = 0;
        for (; i + Vector<double>.Count <= _values.Length; i += Vector<double>.Count)
        {
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<double>(_values, i)), limit))
            {
                return false;
            }
        }

        for (; i < _values.Length; i++)
        {
            if (!(Math.Abs(_values[i]) <= magnitude))
            {
                return false;
            }
        }

        return true;
    }
}
