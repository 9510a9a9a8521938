namespace Vouch.TrustEngine.Consensus;

/// <summary>Bayes: the expected chance of the then likeliest label after an answer by a worker of the population, less the chance of the likeliest now.</summary>
internal static class ExpectedGain
{
    private const double Least = 1e-12;

    public static double Of(LabelFit fit, ReadOnlySpan<double> columns, ReadOnlySpan<double> chances)
    {
        double after = 0;
        double now = 0;
        foreach (double chance in chances)
        {
            now = Math.Max(now, chance);
        }

        for (int given = 0; given < chances.Length; given++)
        {
            double best = 0;
            for (int label = 0; label < chances.Length; label++)
            {
                double weight = 0;
                double sum = 0;
                for (int column = label * fit.Kinds; column < (label + 1) * fit.Kinds; column++)
                {
                    double chance = columns[column] + Least;
                    weight += chance;
                    sum += chance * fit.PopulationMean(column, given);
                }

                best = Math.Max(best, chances[label] * sum / weight);
            }

            after += best;
        }

        return Math.Max(0, after - now);
    }

    /// <summary>The same with one accuracy for all workers and errors spread evenly.</summary>
    public static double Of(double accuracy, ReadOnlySpan<double> chances)
    {
        double after = 0;
        double now = 0;
        for (int given = 0; given < chances.Length; given++)
        {
            double best = 0;
            for (int label = 0; label < chances.Length; label++)
            {
                best = Math.Max(best, chances[label] * (label == given ? accuracy : (1 - accuracy) / Math.Max(1, chances.Length - 1)));
            }

            after += best;
            now = Math.Max(now, chances[given]);
        }

        return Math.Max(0, after - now);
    }
}
