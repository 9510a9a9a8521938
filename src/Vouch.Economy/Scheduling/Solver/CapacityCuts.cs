namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Chooses the inequalities that a bound prices: the capacities, and rounding cuts where whole demands do not divide a whole capacity. From <c>sum d &lt;= C</c> in whole
/// numbers follows <c>sum floor((q+1) d / (C+1)) &lt;= floor((q+1) C / (C+1))</c> for every q (V. Chvatal, <i>Discrete Mathematics</i> 4, 1973).
/// </summary>
internal static class CapacityCuts
{
    /// <summary>Above this capacity, rounding has little left to cut off and the search for quotients would take long.</summary>
    private const int LargestQuotient = 4_096;

    /// <summary>A cut that adds less than this share to the load is not worth its multipliers.</summary>
    private const double LeastGain = 1e-3;

    /// <summary>With few kinds of demand the cuts complete each other, and all that are not dominated are taken.</summary>
    private const int FewDemands = 8;

    public static IReadOnlyList<CapacityRow> Rows(SolverModel model, JobClasses classes, int mostCuts)
    {
        var rows = new List<CapacityRow>();
        double[] work = new double[classes.Count];
        for (int j = 0; j < model.JobCount; j++)
        {
            work[classes.Of[j]] += model.Duration[j];
        }

        for (int k = 0; k < model.ResourceCount; k++)
        {
            double[] demand = [.. classes.Representative.Select(j => model.Demand[(j * model.ResourceCount) + k])];
            var own = new CapacityRow(k, 0, [.. demand.Select(static d => new[] { d })], model.Capacity[k]);
            IReadOnlyList<int> quotients = mostCuts > 0 && IsWhole(demand, model.Capacity[k]) ? Quotients(demand, work, model.Capacity[k].Max(), mostCuts) : [];
            bool covered = false;
            foreach (int q in quotients)
            {
                CapacityRow cut = Cut(model, k, q, demand);
                covered |= Covers(cut, own);
                rows.Add(cut);
            }

            if (!covered)
            {
                rows.Add(own);
            }
        }

        return rows;
    }

    private static bool IsWhole(double[] demand, double[] capacity) =>
        Array.TrueForAll(demand, double.IsInteger) && Array.TrueForAll(capacity, static c => double.IsInteger(c) && c < 1e9);

    /// <summary>Whether the cut is at least as tight as the capacity for every class in every slot.</summary>
    private static bool Covers(CapacityRow cut, CapacityRow own)
    {
        for (int c = 0; c < cut.Weight.Length; c++)
        {
            for (int t = 0; t < own.Room.Length; t++)
            {
                double weight = cut.Weight[c][cut.Weight[c].Length == 1 ? 0 : t];
                if (weight * own.Room[t] < own.Weight[c][0] * cut.Room[t])
                {
                    return false;
                }
            }
        }

        return true;
    }

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

    /// <summary>
    /// Quotients whose cuts load the resource most, judged by the work of the classes: first the one of most load, then for every further one the load is counted only
    /// where it is above what the chosen ones give.
    /// </summary>
    private static List<int> Quotients(double[] demand, double[] work, double capacity, int most)
    {
        var chosen = new List<int>();
        double[] covered = [.. demand.Select(d => d / capacity)];
        var candidates = new List<(int Q, double[] Share)>();
        for (int q = 1; q <= Math.Min(capacity, LargestQuotient); q++)
        {
            double room = Math.Floor((q + 1) * capacity / (capacity + 1));
            double[] share = [.. demand.Select(d => Weight(d, q, capacity) / room)];
            if (!candidates.Exists(other => AtLeast(other.Share, share)))
            {
                candidates.RemoveAll(other => AtLeast(share, other.Share));
                candidates.Add((q, share));
            }
        }

        while (chosen.Count < most)
        {
            (int Q, double[] Share)? best = null;
            double bestGain = LeastGain;
            foreach ((int q, double[] share) in candidates)
            {
                double gain = 0;
                double total = 0;
                for (int c = 0; c < share.Length; c++)
                {
                    gain += work[c] * Math.Max(0, share[c] - covered[c]);
                    total += work[c] * covered[c];
                }

                gain /= Math.Max(total, double.Epsilon);
                if (gain > bestGain)
                {
                    (bestGain, best) = (gain, (q, share));
                }
            }

            if (best is not { } found)
            {
                break;
            }

            chosen.Add(found.Q);
            candidates.RemoveAll(other => other.Q == found.Q);
            covered = [.. covered.Zip(found.Share, Math.Max)];
        }

        int kinds = demand.Where(static d => d > 0).Distinct().Count();
        if (kinds <= FewDemands)
        {
            chosen.AddRange(candidates
                .OrderByDescending(candidate => candidate.Share.Zip(work, static (share, w) => share * w).Sum())
                .ThenBy(static candidate => candidate.Q)
                .Select(static candidate => candidate.Q)
                .Take(Math.Max(0, Math.Min(most, kinds + 1) - chosen.Count)));
        }

        return chosen;
    }

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
