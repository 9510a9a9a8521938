using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Local densities of the learnt points.</summary>
internal sealed class LocalOutlierFactorModel : IOutlierModel
{
    private const double Floor = 1e-10;

    private readonly PreparedColumns _columns;
    private readonly NeighbourIndex _index;
    private readonly int _wanted;
    private readonly double[] _reach;
    private readonly double[] _density;
    private readonly double[] _training;

    public LocalOutlierFactorModel(PreparedColumns columns, int neighbours)
    {
        _columns = columns;
        _wanted = Math.Min(neighbours, columns.Rows - 1);
        _index = new NeighbourIndex(columns.Values, columns.Rows, columns.Columns);
        int points = _index.Points;
        _reach = new double[points];
        _density = new double[points];
        _training = new double[columns.Rows];
        double[] factor = new double[points];
        Array.Fill(factor, 1);
        if (_wanted > 0)
        {
            Measure(points, factor);
        }

        for (int row = 0; row < _training.Length; row++)
        {
            _training[row] = factor[_index.PointOf(row)];
        }
    }

    public int Columns => _columns.Columns;

    public ReadOnlyMemory<double> TrainingScores => _training;

    public double Score(ReadOnlySpan<double> row)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        if (_wanted == 0)
        {
            return 1;
        }

        var found = new NeighbourList(_wanted);
        _index.Find(prepared, found);
        double reachability = 0;
        double density = 0;
        for (int i = 0; i < found.Count; i++)
        {
            reachability += found.Rows(i) * Math.Max(_reach[found.Point(i)], Math.Sqrt(found.SquaredDistance(i)));
            density += found.Rows(i) * _density[found.Point(i)];
        }

        return density / _wanted * ((reachability / _wanted) + Floor);
    }

    public void Contributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        Shares.RequireLength(contributions, Columns);
        contributions.Clear();
        if (_wanted > 0)
        {
            var found = new NeighbourList(_wanted);
            _index.Find(prepared, found);
            NearestNeighboursModel.AddSquaredDifferences(prepared, found, _index, contributions);
        }

        Shares.Normalise(contributions);
    }

    private void Measure(int points, double[] factor)
    {
        var found = new NeighbourList(_wanted);
        int[] from = new int[points];
        int[] count = new int[points];
        var neighbours = new List<(int Point, int Rows, double Distance)>(points * Math.Min(_wanted, 64));
        for (int i = 0; i < points; i++)
        {
            int point = _index.PointInTreeOrder(i);
            _index.Find(_index.Coordinates(point), found, point);
            from[point] = neighbours.Count;
            count[point] = found.Count;
            for (int j = 0; j < found.Count; j++)
            {
                neighbours.Add((found.Point(j), found.Rows(j), Math.Sqrt(found.SquaredDistance(j))));
            }

            _reach[point] = Math.Sqrt(found.SquaredDistance(found.Count - 1));
        }

        ReadOnlySpan<(int Point, int Rows, double Distance)> all = CollectionsMarshal.AsSpan(neighbours);
        for (int point = 0; point < points; point++)
        {
            double sum = 0;
            foreach ((int other, int rows, double distance) in all.Slice(from[point], count[point]))
            {
                sum += rows * Math.Max(_reach[other], distance);
            }

            _density[point] = 1 / ((sum / _wanted) + Floor);
        }

        for (int point = 0; point < points; point++)
        {
            double sum = 0;
            foreach ((int other, int rows, _) in all.Slice(from[point], count[point]))
            {
                sum += rows * _density[other];
            }

            factor[point] = sum / _wanted / _density[point];
        }
    }
}
