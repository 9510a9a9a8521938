namespace Vouch.AnomalyDetection.Outliers;

/// <summary>The sorted columns and the side each leans to.</summary>
internal sealed class EmpiricalTailsModel : IOutlierModel
{
    private readonly PreparedColumns _columns;
    private readonly double[][] _sorted;
    private readonly bool[] _leansLeft;
    private readonly double[] _training;

    public EmpiricalTailsModel(PreparedColumns columns)
    {
        _columns = columns;
        _sorted = new double[columns.Columns][];
        _leansLeft = new bool[columns.Columns];
        for (int column = 0; column < columns.Columns; column++)
        {
            double[] values = new double[columns.Rows];
            for (int row = 0; row < values.Length; row++)
            {
                values[row] = columns.Values[(row * columns.Columns) + column];
            }

            values.AsSpan().Sort();
            _sorted[column] = values;
            _leansLeft[column] = Skewness(values) < 0;
        }

        _training = new double[columns.Rows];
        double[] left = new double[Columns];
        double[] right = new double[Columns];
        for (int row = 0; row < _training.Length; row++)
        {
            _training[row] = Largest(columns.Row(row), left, right, out _);
        }
    }

    public int Columns => _columns.Columns;

    public ReadOnlyMemory<double> TrainingScores => _training;

    public double Score(ReadOnlySpan<double> row)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        return Largest(prepared, new double[Columns], new double[Columns], out _);
    }

    public void Contributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        Shares.RequireLength(contributions, Columns);
        double[] left = new double[Columns];
        double[] right = new double[Columns];
        _ = Largest(prepared, left, right, out int side);
        for (int column = 0; column < Columns; column++)
        {
            contributions[column] = side < 0 || (side == 0 && _leansLeft[column]) ? left[column] : right[column];
        }

        Shares.Normalise(contributions);
    }

    private static double Skewness(ReadOnlySpan<double> values)
    {
        double centre = 0;
        double scale = Math.Max(Math.Abs(values[0]), Math.Abs(values[^1]));
        if (scale == 0)
        {
            return 0;
        }

        foreach (double value in values)
        {
            centre += value / scale / values.Length;
        }

        double cubes = 0;
        foreach (double value in values)
        {
            double difference = (value / scale) - centre;
            cubes += difference * difference * difference;
        }

        return cubes;
    }

    private double Largest(ReadOnlySpan<double> row, double[] left, double[] right, out int side)
    {
        double toLeft = 0;
        double toRight = 0;
        double leaning = 0;
        for (int column = 0; column < row.Length; column++)
        {
            double[] sorted = _sorted[column];
            int atOrBelow = UpperBound(sorted, row[column]);
            int below = LowerBound(sorted, row[column]);
            left[column] = -Math.Log(Share(atOrBelow, sorted.Length));
            right[column] = -Math.Log(Share(sorted.Length - below, sorted.Length));
            toLeft += left[column];
            toRight += right[column];
            leaning += _leansLeft[column] ? left[column] : right[column];
        }

        side = leaning >= Math.Max(toLeft, toRight) ? 0 : toLeft >= toRight ? -1 : 1;
        return Math.Max(leaning, Math.Max(toLeft, toRight));
    }

    private static double Share(int count, int rows) => count > 0 ? (double)count / rows : 1.0 / (rows + 1);

    private static int UpperBound(double[] sorted, double value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int LowerBound(double[] sorted, double value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
