namespace Vouch.AnomalyDetection.Outliers;

/// <summary>
/// The nearest points found so far, nearest first, each with how many rows lie on it. Ties go to the point that comes first in lexicographic order of the
/// coordinates, so neither the order of the rows nor that of the search decides.
/// </summary>
internal sealed class NeighbourList(int wanted)
{
    private readonly double[] _distance = new double[wanted + 1];
    private readonly int[] _point = new int[wanted + 1];
    private readonly int[] _rows = new int[wanted + 1];
    private int _total;

    public int Count { get; private set; }

    /// <summary>The squared distance beyond which no point is wanted any more.</summary>
    public double Limit { get; private set; } = double.PositiveInfinity;

    public double SquaredDistance(int i) => _distance[i];

    public int Point(int i) => _point[i];

    /// <summary>How many of the wanted rows lie on the i-th point: all of them, but for the last point no more than is still wanted.</summary>
    public int Rows(int i) => i < Count - 1 ? _rows[i] : _rows[i] - Math.Max(0, _total - wanted);

    public void Clear()
    {
        Count = 0;
        _total = 0;
        Limit = double.PositiveInfinity;
    }

    public void Offer(double squaredDistance, int point, int rows)
    {
        int at = Count;
        if (_total >= wanted && !Before(squaredDistance, point, at - 1))
        {
            return;
        }

        while (at > 0 && Before(squaredDistance, point, at - 1))
        {
            _distance[at] = _distance[at - 1];
            _point[at] = _point[at - 1];
            _rows[at] = _rows[at - 1];
            at--;
        }

        _distance[at] = squaredDistance;
        _point[at] = point;
        _rows[at] = rows;
        _total += rows;
        Count++;
        while (_total - _rows[Count - 1] >= wanted)
        {
            _total -= _rows[--Count];
        }

        if (_total >= wanted)
        {
            Limit = _distance[Count - 1];
        }
    }

    private bool Before(double squaredDistance, int point, int than) =>
        squaredDistance < _distance[than] || (squaredDistance == _distance[than] && point < _point[than]);
}
