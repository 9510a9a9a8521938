namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>PELT: the segmentation with the least sum of squared errors plus a price per segment, exactly.</summary>
/// <remarks>R. Killick, P. Fearnhead and I. A. Eckley, <i>Optimal Detection of Changepoints With a Linear Computational Cost</i>, JASA 107(500), 2012.</remarks>
internal static class OptimalPartition
{
    /// <summary>The first rows of all segments but the first, ascending.</summary>
    public static int[] Find(SegmentCost cost, double price)
    {
        int rows = cost.Count;
        if (rows < 2 * cost.Shortest)
        {
            return [];
        }

        double[] best = new double[rows + 1];
        int[] previous = new int[rows + 1];
        best[0] = -price;
        var candidates = new List<int> { 0 };
        for (int to = 1; to <= rows; to++)
        {
            best[to] = double.PositiveInfinity;
            foreach (int from in candidates)
            {
                if (to - from >= cost.Shortest)
                {
                    double total = best[from] + cost.Of(from, to) + price;
                    if (total < best[to])
                    {
                        best[to] = total;
                        previous[to] = from;
                    }
                }
            }

            int kept = 0;
            for (int i = 0; i < candidates.Count; i++)
            {
                int from = candidates[i];
                if (to - from < cost.Shortest || best[from] + cost.Of(from, to) <= best[to])
                {
                    candidates[kept++] = from;
                }
            }

            candidates.RemoveRange(kept, candidates.Count - kept);
            candidates.Add(to);
        }

        var changes = new List<int>();
        for (int at = previous[rows]; at > 0; at = previous[at])
        {
            changes.Add(at);
        }

        changes.Reverse();
        return [.. changes];
    }
}
