namespace Vouch.Economy.Scheduling.Solver;

/// <summary>What a search asks about every job over and over: its finite penalty, and its cheapest relaxed run with the pools to itself. Immutable.</summary>
internal sealed class SearchFacts
{
    public SearchFacts(SolverModel model, JobClasses classes, double[] penalty)
    {
        Penalty = penalty;
        double[] cost = new double[model.JobCount];
        Array.Fill(cost, double.PositiveInfinity);
        Bound = new DualFunction(model, classes, []) { RunCost = cost }.Evaluate([], CancellationToken.None);
        Ideal = cost;
        for (int j = 0; j < model.JobCount; j++)
        {
            Ideal[j] = Math.Min(Penalty[j], Ideal[j]);
        }
    }

    /// <summary>The cost of leaving a job out, finite.</summary>
    public double[] Penalty { get; }

    /// <summary>The least a job can cost, rejection included.</summary>
    public double[] Ideal { get; }

    /// <summary>The sum of each job's cheapest relaxed run or rejection: a lower bound that ignores capacities.</summary>
    public double Bound { get; }
}
