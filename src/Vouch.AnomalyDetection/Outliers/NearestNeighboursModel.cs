namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Distances to the nearest of the learnt rows.</summary>
internal sealed class NearestNeighboursModel : IOutlierModel
{
    private readonly PreparedColumns _columns;
    private readonly NeighbourIndex _index;
    private readonly int _wanted;
    private readonly bool _farthest;
    private readonly double[] _training;

    public NearestNeighboursModel(PreparedColumns columns, int neighbours, bool farthest, int referenceRows, long seed)
    {
        _columns = columns;
        _farthest = farthest;
        int[] reference = Sample(columns.Rows, referenceRows, seed);
        _wanted = Math.Min(neighbours, reference.Length - 1);
        int[] place = new int[columns.Rows];
        Array.Fill(place, -1);
        double[] rows = columns.Values;
        if (reference.Length < columns.Rows)
        {
            rows = new double[reference.Length * columns.Columns];
            for (int i = 0; i < reference.Length; i++)
            {
                columns.Row(reference[i]).CopyTo(rows.AsSpan(i * columns.Columns));
            }
        }

        for (int i = 0; i < reference.Length; i++)
        {
            place[reference[i]] = i;
        }

        _index = new NeighbourIndex(rows, reference.Length, columns.Columns);
        _training = new double[columns.Rows];
        if (_wanted == 0)
        {
            return;
        }

        var found = new NeighbourList(_wanted);
        for (int row = 0; row < columns.Rows; row++)
        {
            _index.Find(columns.Row(row), found, place[row] >= 0 ? _index.PointOf(place[row]) : -1);
            _training[row] = Distance(found);
        }
    }

    public int Columns => _columns.Columns;

    public ReadOnlyMemory<double> TrainingScores => _training;

    public double Score(ReadOnlySpan<double> row)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        return _wanted == 0 ? 0 : Distance(Find(prepared));
    }

    public void Contributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        Shares.RequireLength(contributions, Columns);
        contributions.Clear();
        if (_wanted > 0)
        {
            AddSquaredDifferences(prepared, Find(prepared), _index, contributions);
        }

        Shares.Normalise(contributions);
    }

    /// <summary>Adds, for each column, the squared differences to the neighbours, each relative to its squared distance.</summary>
    internal static void AddSquaredDifferences(ReadOnlySpan<double> row, NeighbourList found, NeighbourIndex index, Span<double> contributions)
    {
        for (int i = 0; i < found.Count; i++)
        {
            double squared = found.SquaredDistance(i);
            ReadOnlySpan<double> other = index.Coordinates(found.Point(i));
            for (int column = 0; column < row.Length && squared > 0; column++)
            {
                double difference = row[column] - other[column];
                contributions[column] += found.Rows(i) * (difference * difference / squared);
            }
        }
    }

    private static int[] Sample(int rows, int wanted, long seed)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        if (wanted >= rows)
        {
            return order;
        }

        var random = SeededSequence.For(seed, 1);
        for (int i = 0; i < wanted; i++)
        {
            int pick = i + random.Below(rows - i);
            (order[i], order[pick]) = (order[pick], order[i]);
        }

        return order[..wanted];
    }

    private NeighbourList Find(ReadOnlySpan<double> prepared)
    {
        var found = new NeighbourList(_wanted);
        _index.Find(prepared, found);
        return found;
    }

    private double Distance(NeighbourList found)
    {
        if (_farthest)
        {
            return Math.Sqrt(found.SquaredDistance(found.Count - 1));
        }

        double sum = 0;
        for (int i = 0; i < found.Count; i++)
        {
            sum += found.Rows(i) * Math.Sqrt(found.SquaredDistance(i));
        }

        return sum / _wanted;
    }
}
