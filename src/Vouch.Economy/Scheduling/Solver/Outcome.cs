namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Turns a finished plan into a schedule, or says why it is none.</summary>
internal static class Outcome
{
    public static Schedule Schedule(SolverModel model, SlotPlan plan, RunSearch search, string name, CostBound bound, double? runNowCost, bool isProven = false)
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int j = 0; j < model.JobCount; j++)
        {
            if (!plan.IsPlaced(j) && model.MustRun(j))
            {
                throw FeasibilityAnalysis.Refusal(model, plan, search, MostImportantUnplaced(model, plan));
            }

            if (!plan.IsPlaced(j))
            {
                reasons.Add(model.Jobs[j].Id, FeasibilityAnalysis.WhyRejected(model, plan, search, j));
            }
        }

        // Where sums are not exact, a bound that meets the cost may come out a rounding error above it.
        double cost = Cost(model, plan) ?? 0;
        if (bound.Value > cost && bound.Value - cost <= 1e-9 * Math.Max(Math.Abs(bound.Value), Math.Abs(cost)))
        {
            bound = bound with { Value = cost };
        }

        return new Schedule(model.Problem, name, Placements(model, plan), bound, runNowCost, reasons) { IsExhausted = isProven };
    }

    /// <summary>The pieces of every job that runs.</summary>
    public static Dictionary<string, IReadOnlyList<Segment>> Placements(SolverModel model, SlotPlan plan)
    {
        var result = new Dictionary<string, IReadOnlyList<Segment>>(model.JobCount, StringComparer.Ordinal);
        for (int j = 0; j < model.JobCount; j++)
        {
            if (plan.IsPlaced(j))
            {
                result.Add(model.Jobs[j].Id, plan.Pieces(j));
            }
        }

        return result;
    }

    /// <summary>The cost of a plan, or null where a job that must run has no place.</summary>
    public static double? Cost(SolverModel model, SlotPlan plan)
    {
        double total = 0;
        for (int j = 0; j < model.JobCount; j++)
        {
            if (plan.IsPlaced(j))
            {
                total += plan.Cost(j);
            }
            else if (model.Jobs[j].Penalty is { } penalty && !model.MustRun(j))
            {
                total += penalty;
            }
            else
            {
                return null;
            }
        }

        return total;
    }

    private static int MostImportantUnplaced(SolverModel model, SlotPlan plan)
    {
        // A job that cannot run even alone is named before one that lost to others, a predecessor before its successors.
        int best = -1;
        foreach (int j in model.Topological)
        {
            if (!plan.IsPlaced(j) && model.MustRun(j) && (best < 0 || Rank(j) > Rank(best)))
            {
                best = j;
            }
        }

        return best;

        int Rank(int j) => (FeasibilityAnalysis.Alone(model, j) is null ? 0 : 100) + model.Jobs[j].Priority.Level;
    }
}
