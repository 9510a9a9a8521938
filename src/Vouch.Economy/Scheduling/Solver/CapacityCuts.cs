namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Chooses the inequalities that a bound prices: the capacities, and rounding cuts where whole demands do not divide a whole capacity. From <c>sum d &lt;= C</c> in whole
/// numbers follows <c>sum floor((q+1) d / (C+1)) &lt;= floor((q+1) C / (C+1))</c> for every q (V. Chvatal, <i>Discrete Mathematics</i> 4, 1973).
/// </summary>
internal static class CapacityCuts
{
    /// <summary>Above this capacity, rounding has little left to cut off and the search for quotients would take long.</summary>
    private const int LargestQuotient = 4_096;

    /// <summary>Breaches smaller than this share of the room, in the mean over the slots, are noise.</summary>
    private const double LeastBreach = 1e-4;

    /// <summary>So many sums at most are spent on the search for cuts of one resource.</summary>
    private const double MostSums = 1e8;

    /// <summary>The capacities themselves.</summary>
    public static IReadOnlyList<CapacityRow> Capacities(SolverModel model, JobClasses classes) =>
        [.. Enumerable.Range(0, model.ResourceCount).Select(k => new CapacityRow(k, 0, [.. Demands(model, classes, k).Select(static d => new[] { d })], model.Capacity[k]))];

    /// <summary>All cuts of a resource that cut anything off and that no other one makes needless, by quotient.</summary>
    public static IReadOnlyList<CapacityRow> Candidates(SolverModel model, JobClasses classes, int resource)
    {
        double[] demand = Demands(model, classes, resource);
        double[] capacity = model.Capacity[resource];
        double largest = capacity.Max();
        if (!IsWhole(demand, capacity) || largest > LargestQuotient || largest * demand.Length * capacity.Length > MostSums)
        {
            return [];
        }

        // Compared at the largest capacity: where it varies, the same quotients serve.
        double[] own = [.. demand.Select(d => d / largest)];
        var chosen = new List<(int Q, double[] Share)>();
        for (int q = 1; q <= largest; q++)
        {
            double room = Math.Floor((q + 1) * largest / (largest + 1));
            double[] share = [.. demand.Select(d => Weight(d, q, largest) / room)];
            if (!AtLeast(own, share) && !chosen.Exists(other => AtLeast(other.Share, share)))
            {
                chosen.RemoveAll(other => AtLeast(share, other.Share));
                chosen.Add((q, share));
            }
        }

        return [.. chosen.Select(candidate => Cut(model, resource, candidate.Q, demand))];
    }

    /// <summary>The cuts among some candidates that fractional runs break most, the worst first; a cut whose breaches another chosen one covers does not come again.</summary>
    /// <param name="candidates">The cuts to choose from.</param>
    /// <param name="running">How many jobs of each class run in each slot, fractions added up.</param>
    /// <param name="most">How many to choose at most.</param>
    public static IReadOnlyList<CapacityRow> Broken(IReadOnlyList<CapacityRow> candidates, double[][] running, int most)
    {
        var breaches = new List<(CapacityRow Cut, double[] Excess)>();
        foreach (CapacityRow cut in candidates)
        {
            double[] excess = new double[cut.Room.Length];
            for (int t = 0; t < excess.Length; t++)
            {
                double sum = -cut.Room[t];
                for (int c = 0; c < running.Length; c++)
                {
                    double[] weight = cut.Weight[c];
                    sum += weight[weight.Length == 1 ? 0 : t] * running[c][t];
                }

                excess[t] = Math.Max(0, sum) / Math.Max(1, cut.Room[t]);
            }

            breaches.Add((cut, excess));
        }

        var chosen = new List<CapacityRow>();
        double[] covered = new double[running.Length == 0 ? 0 : running[0].Length];
        while (chosen.Count < most)
        {
            double mostGain = LeastBreach * covered.Length;
            int best = -1;
            for (int i = 0; i < breaches.Count; i++)
            {
                double gain = 0;
                for (int t = 0; t < covered.Length; t++)
                {
                    gain += Math.Max(0, breaches[i].Excess[t] - covered[t]);
                }

                (mostGain, best) = gain > mostGain ? (gain, i) : (mostGain, best);
            }

            if (best < 0)
            {
                break;
            }

            chosen.Add(breaches[best].Cut);
            for (int t = 0; t < covered.Length; t++)
            {
                covered[t] = Math.Max(covered[t], breaches[best].Excess[t]);
            }

            breaches.RemoveAt(best);
        }

        return chosen;
    }

    private static double[] Demands(SolverModel model, JobClasses classes, int resource) =>
        [.. classes.Representative.Select(j => model.Demand[(j * model.ResourceCount) + resource])];

    private static bool IsWhole(double[] demand, double[] capacity) =>
        Array.TrueForAll(demand, double.IsInteger) && Array.TrueForAll(capacity, static c => double.IsInteger(c) && c < 1e9);

    private static CapacityRow Cut(SolverModel model, int k, int q, double[] demand)
    {
        double[] capacity = model.Capacity[k];
        bool constant = Array.TrueForAll(capacity, c => c == capacity[0]);
        double[] room = [.. capacity.Select(c => Math.Floor((q + 1) * c / (c + 1)))];
        double[][] weight = [.. demand.Select(d => constant
            ? [Weight(d, q, capacity[0])]
            : capacity.Select(c => Weight(d, q, c)).ToArray())];
        return new CapacityRow(k, q, weight, room);
    }

    private static double Weight(double demand, int q, double capacity) => Math.Floor((q + 1) * demand / (capacity + 1));

    private static bool AtLeast(double[] one, double[] other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            if (one[i] < other[i])
            {
                return false;
            }
        }

        return true;
    }
}
