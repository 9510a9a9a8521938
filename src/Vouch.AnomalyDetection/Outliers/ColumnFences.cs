namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Per column an inner range and a unit; how far a row lies outside the ranges, in units, is its score.</summary>
internal sealed class ColumnFences : IOutlierModel
{
    private readonly PreparedColumns _columns;
    private readonly double[] _low;
    private readonly double[] _high;
    private readonly double[] _unit;
    private readonly bool _squared;
    private readonly double[] _training;

    /// <param name="columns">The table.</param>
    /// <param name="lowShare">The quantile where the inner range begins; it ends at one less this share.</param>
    /// <param name="squared">Whether excesses are squared, summed and rooted, or just summed.</param>
    public ColumnFences(PreparedColumns columns, double lowShare, bool squared)
    {
        _columns = columns;
        _squared = squared;
        _low = new double[Columns];
        _high = new double[Columns];
        _unit = new double[Columns];
        double[] values = new double[columns.Rows];
        for (int column = 0; column < Columns; column++)
        {
            for (int row = 0; row < values.Length; row++)
            {
                values[row] = columns.Values[(row * Columns) + column];
            }

            values.AsSpan().Sort();
            _low[column] = At(values, lowShare);
            _high[column] = At(values, 1 - lowShare);
            _unit[column] = Unit(values, lowShare < 0.5 ? _high[column] - _low[column] : 0);
        }

        _training = new double[columns.Rows];
        double[] scratch = new double[Columns];
        for (int row = 0; row < _training.Length; row++)
        {
            _training[row] = Total(columns.Row(row), scratch);
        }
    }

    public int Columns => _columns.Columns;

    public ReadOnlyMemory<double> TrainingScores => _training;

    public double Score(ReadOnlySpan<double> row)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        return Total(prepared, new double[Columns]);
    }

    public void Contributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        Shares.RequireLength(contributions, Columns);
        _ = Total(prepared, contributions);
        Shares.Normalise(contributions);
    }

    /// <summary>The quantile by linear interpolation of sorted values.</summary>
    private static double At(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)Math.Floor(place);
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>
    /// The unit of a column: the given range if it is above zero, else the median absolute deviation, else the mean one, each scaled to a normal standard deviation; a
    /// constant column has its own magnitude as unit.
    /// </summary>
    private static double Unit(double[] sorted, double range)
    {
        if (range > 0)
        {
            return range;
        }

        double median = At(sorted, 0.5);
        double[] deviations = [.. sorted.Select(value => Math.Abs(value - median))];
        deviations.AsSpan().Sort();
        double middle = At(deviations, 0.5) * 1.4826022185056018;
        if (middle > 0)
        {
            return middle;
        }

        double mean = 0;
        foreach (double deviation in deviations)
        {
            mean += deviation / deviations.Length;
        }

        return mean > 0 ? mean * 1.2533141373155003 : Math.Max(Math.Abs(median), 1);
    }

    private double Total(ReadOnlySpan<double> row, Span<double> terms)
    {
        double sum = 0;
        for (int column = 0; column < row.Length; column++)
        {
            double outside = Math.Max(Math.Max(_low[column] - row[column], row[column] - _high[column]), 0);
            double excess = Math.Min(outside / _unit[column], PreparedColumns.Largest);
            terms[column] = _squared ? excess * excess : excess;
            sum += terms[column];
        }

        return _squared ? Math.Sqrt(sum) : sum;
    }
}
