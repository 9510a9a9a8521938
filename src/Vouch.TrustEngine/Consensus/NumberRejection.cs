namespace Vouch.TrustEngine.Consensus;

/// <summary>
/// Learns how far from its item's median an answer may lie. For a handful of distances, the mean of the answers within it predicts each left-out answer; errors beyond the ninth decile of all deviations, or ten times an ordinary one, count as that
/// much, so that the hopeless do not decide. None is rejected where keeping all is within 10 % of the best; otherwise the shortest distance within 10 % of the best is taken, the safest among equals.
/// </summary>
internal static class NumberRejection
{
    private const double Indifference = 1.1;
    private const double Gross = 10;
    private static readonly double[] Middles = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8];
    private static readonly double[] Shares = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    public static double Distance(NumberVotes votes)
    {
        var deviations = new List<double>(votes.Value.Length);
        for (int item = 0; item < votes.Items; item++)
        {
            ReadOnlySpan<double> values = votes.Value.AsSpan(votes.Start[item], votes.Start[item + 1] - votes.Start[item]);
            for (int i = 0; values.Length >= 3 && i < values.Length; i++)
            {
                deviations.Add(Far(values[i] - values[(values.Length - 1) / 2]));
            }
        }

        if (deviations.Count == 0)
        {
            return double.PositiveInfinity;
        }

        deviations.Sort();
        double unit = deviations.Find(static deviation => deviation > 0);
        if (unit == 0)
        {
            return double.PositiveInfinity;
        }

        // The ninth decile, but no more than ten times what is ordinary: a third of gross lies must not set what counts as an error.
        double ordinary = Middles.Select(share => At(deviations, share)).FirstOrDefault(static deviation => deviation > 0);
        double cap = Math.Max(unit, Math.Min(At(deviations, 0.9), ordinary > 0 ? Gross * ordinary : double.PositiveInfinity));
        double[] distances = [.. Shares.Select(share => At(deviations, share)).Distinct(), double.PositiveInfinity];
        var losses = new double[distances.Length];
        for (int item = 0; item < votes.Items; item++)
        {
            ReadOnlySpan<double> values = votes.Value.AsSpan(votes.Start[item], votes.Start[item + 1] - votes.Start[item]);
            if (values.Length >= 3)
            {
                LeaveOut(values, distances, cap, losses);
            }
        }

        double limit = losses.Min() * Indifference;
        if (losses[^1] <= limit)
        {
            return double.PositiveInfinity;
        }

        return distances[Array.FindIndex(losses, loss => loss <= limit)];
    }

    private static void LeaveOut(ReadOnlySpan<double> values, double[] distances, double cap, double[] losses)
    {
        int count = values.Length;
        double centre = values[(count - 1) / 2];

        // Sums of deviations in units of the cap, so that nothing overflows; what lies further than 1e100 of them is as good as that far.
        var sums = new double[count + 1];
        for (int i = 0; i < count; i++)
        {
            sums[i + 1] = sums[i] + Scaled(values[i] - centre, cap);
        }

        for (int left = 0; left < count; left++)
        {
            int place = (count - 2) / 2;
            double median = values[place < left ? place : place + 1];
            double own = Scaled(values[left] - centre, cap);
            for (int d = 0; d < distances.Length; d++)
            {
                int from = LowerBound(values, median - distances[d], after: false);
                int to = LowerBound(values, median + distances[d], after: true);
                bool inside = left >= from && left < to;
                double kept = to - from - (inside ? 1 : 0);
                double mean = kept > 0 ? (sums[to] - sums[from] - (inside ? own : 0)) / kept : Scaled(median - centre, cap);
                double error = own - mean;
                losses[d] += Math.Min(error * error, 1);
            }
        }
    }

    /// <summary>The first place whose value is not below a bound, or, <paramref name="after"/>, above it.</summary>
    private static int LowerBound(ReadOnlySpan<double> values, double bound, bool after)
    {
        int low = 0;
        int high = values.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (after ? values[middle] <= bound : values[middle] < bound)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    private static double Far(double deviation) => Math.Min(Math.Abs(deviation), double.MaxValue);

    private static double Scaled(double deviation, double cap) => Math.Clamp(deviation / cap, -1e100, 1e100);
}
