namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// One family of inequalities that every schedule keeps, one per slot: <c>sum over running jobs of Weight[class] &lt;= Room[slot]</c>. Either a capacity itself
/// (<see cref="Quotient"/> 0) or a rounding cut of it.
/// </summary>
/// <param name="Resource">The resource.</param>
/// <param name="Quotient">The <c>q</c> of the rounding cut, 0 for the capacity itself.</param>
/// <param name="Weight">Per class of jobs: one weight for all slots, or one per slot where the capacity varies and the weight with it.</param>
/// <param name="Room">The right-hand side per slot.</param>
internal sealed record CapacityRow(int Resource, int Quotient, double[][] Weight, double[] Room);
