namespace Vouch.Evaluation.Optimizer;

/// <summary>The upper convex hull of (cost, quality) points: what random mixing of operating points reaches.</summary>
internal sealed class CostQualityHull
{
    private readonly List<(double Cost, double Quality)> _points = [];

    public CostQualityHull(IEnumerable<(double Cost, double Quality)> points)
    {
        foreach ((double cost, double quality) in points.OrderBy(point => point.Cost).ThenByDescending(point => point.Quality))
        {
            if (_points.Count > 0 && quality <= _points[^1].Quality)
            {
                continue;
            }

            while (_points.Count >= 2 && Slope(_points[^2], _points[^1]) <= Slope(_points[^2], (cost, quality)))
            {
                _points.RemoveAt(_points.Count - 1);
            }

            _points.Add((cost, quality));
        }
    }

    public double MaximumQuality => _points[^1].Quality;

    /// <summary>The area under the hull between two costs, divided by their distance; flat beyond the last point, nothing before the first.</summary>
    public double Area(double from, double to)
    {
        double area = 0;
        for (int i = 0; i < _points.Count; i++)
        {
            double start = Math.Max(from, _points[i].Cost);
            double end = Math.Min(to, i + 1 < _points.Count ? _points[i + 1].Cost : to);
            if (end > start)
            {
                area += (end - start) * (QualityAt(i, start) + QualityAt(i, end)) / 2;
            }
        }

        return area / (to - from);
    }

    /// <summary>The least cost at which the hull reaches a quality, NaN where it never does.</summary>
    public double CostOf(double quality)
    {
        if (_points[0].Quality >= quality)
        {
            return _points[0].Cost;
        }

        for (int i = 1; i < _points.Count; i++)
        {
            if (_points[i].Quality >= quality)
            {
                return _points[i - 1].Cost + ((quality - _points[i - 1].Quality) / Slope(_points[i - 1], _points[i]));
            }
        }

        return double.NaN;
    }

    private static double Slope((double Cost, double Quality) a, (double Cost, double Quality) b) => (b.Quality - a.Quality) / (b.Cost - a.Cost);

    private double QualityAt(int segment, double cost) => segment + 1 < _points.Count
        ? _points[segment].Quality + (Slope(_points[segment], _points[segment + 1]) * (cost - _points[segment].Cost))
        : _points[segment].Quality;
}
