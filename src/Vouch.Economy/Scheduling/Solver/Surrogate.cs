namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Finite penalties to compare plans by: a job that must run costs more to leave out than all the rest together, the more so the higher its priority.</summary>
internal static class Surrogate
{
    public static double[] Penalties(SolverModel model)
    {
        double[] penalty = new double[model.JobCount];
        double all = 1;
        double dearest = 0;
        foreach (double price in model.Problem.Prices.Prices)
        {
            dearest = Math.Max(dearest, Math.Abs(price));
        }

        for (int j = 0; j < penalty.Length; j++)
        {
            PieceRule rule = model.Pieces[j];
            double longest = model.Duration[j] + ((double)rule.Overhead * (rule.MostPieces(model.Duration[j], model.SlotCount) - 1));
            all += model.Rate[j] * dearest * Math.Min(model.SlotCount, longest);
            all += model.MustRun(j) ? 0 : model.Penalty[j];
        }

        for (int j = 0; j < penalty.Length; j++)
        {
            penalty[j] = model.MustRun(j) ? all * model.Jobs[j].Priority.Level : model.Penalty[j];
        }

        return penalty;
    }
}
