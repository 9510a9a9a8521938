namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Lower bounds by relaxation: every job at its cheapest run by itself, at prices that may charge for capacity. A preemptible job may use any slots of its window;
/// precedence only raises the release.
/// </summary>
internal static class RelaxedBound
{
    public const string WithoutCapacitiesName = "sum of each job's cheapest window, capacities ignored";

    /// <summary>The bound at charges of zero.</summary>
    public static CostBound WithoutCapacities(SolverModel model)
    {
        double total = 0;
        var runs = new RelaxedRuns(model);
        for (int j = 0; j < model.JobCount; j++)
        {
            total += runs.Cheapest(j, model.PricePrefix, model.Rate[j], model.Penalty[j], null);
        }

        return new CostBound(total, WithoutCapacitiesName);
    }
}
