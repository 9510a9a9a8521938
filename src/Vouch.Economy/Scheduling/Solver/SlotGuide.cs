namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// What a slot costs a job in the eyes of the search: the price alone, or the price and a charge for the use of scarce capacity. Prefix sums per class of jobs
/// with equal rate and demands.
/// </summary>
internal sealed class SlotGuide
{
    private readonly double[][] _prefix;
    private readonly JobClasses _classes;

    public SlotGuide(SolverModel model, JobClasses classes, double[][] charges)
    {
        _classes = classes;
        _prefix = new double[classes.Count][];
        for (int c = 0; c < classes.Count; c++)
        {
            _prefix[c] = new double[model.SlotCount + 1];
            Fill(model, classes.Representative[c], charges, _prefix[c]);
        }
    }

    /// <summary>The guide's prefix sums for a job.</summary>
    public double[] Of(int job) => _prefix[_classes.Of[job]];

    public static void Fill(SolverModel model, int job, double[][] charges, double[] prefix)
    {
        double rate = model.Rate[job];
        double[] price = model.PricePrefix;
        for (int t = 0; t <= model.SlotCount; t++)
        {
            prefix[t] = rate * price[t];
        }

        for (int k = 0; k < model.ResourceCount; k++)
        {
            double demand = model.Demand[(job * model.ResourceCount) + k];
            if (demand == 0)
            {
                continue;
            }

            double sum = 0;
            double[] row = charges[k];
            for (int t = 0; t < row.Length; t++)
            {
                sum += row[t];
                prefix[t + 1] += demand * sum;
            }
        }
    }
}
