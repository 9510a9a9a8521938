namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// The lower bound that ignores capacities: every job at its cheapest run by itself. A preemptible job may use any slots of its window; precedence only raises the release.
/// </summary>
internal static class RelaxedBound
{
    public const string WithoutCapacitiesName = "sum of each job's cheapest window, capacities ignored";
}
