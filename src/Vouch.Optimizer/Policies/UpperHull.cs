namespace Vouch.Optimizer.Policies;

/// <summary>The area under the upper convex hull of (cost, quality) points: flat beyond the last, nothing before the first.</summary>
internal static class UpperHull
{
    public static double Area(IEnumerable<(double Cost, double Quality)> points, double from, double to)
    {
        var hull = new List<(double Cost, double Quality)>();
        foreach ((double Cost, double Quality) point in points.OrderBy(point => point.Cost).ThenByDescending(point => point.Quality))
        {
            if (hull.Count > 0 && point.Quality <= hull[^1].Quality)
            {
                continue;
            }

            while (hull.Count >= 2 && Slope(hull[^2], hull[^1]) <= Slope(hull[^2], point))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(point);
        }

        if (to <= from)
        {
            return hull.Where(point => point.Cost <= to).Select(point => point.Quality).DefaultIfEmpty(0).Max();
        }

        double area = 0;
        for (int i = 0; i < hull.Count; i++)
        {
            double start = Math.Max(from, hull[i].Cost);
            double end = i + 1 < hull.Count ? Math.Min(to, hull[i + 1].Cost) : to;
            if (end > start)
            {
                double slope = i + 1 < hull.Count ? Slope(hull[i], hull[i + 1]) : 0;
                area += (end - start) * (hull[i].Quality + (slope * (((start + end) / 2) - hull[i].Cost)));
            }
        }

        return area / (to - from);
    }

    private static double Slope((double Cost, double Quality) a, (double Cost, double Quality) b) => (b.Quality - a.Quality) / (b.Cost - a.Cost);
}
