namespace Vouch.TrustEngine.Consensus;

/// <summary>The methods that are offered by name, as they were published: chances of each label, item by item.</summary>
internal static class ClassicLabelMethods
{
    private const int MaxIterations = 100;
    private const double Tolerance = 1e-9;
    private const double Additive = 0.01;
    private const double Least = 1e-300;

    public static double[] Solve(LabelTable votes, int[] truth, LabelMethod method)
    {
        double[] chances = votes.Shares();
        Fix(chances, truth, votes.Labels);
        switch (method)
        {
            case LabelMethod.WeightedMajority:
                double[] weights = SkillVote.Weights(votes, Decided(chances, votes.Labels));
                for (int item = 0; item < votes.Items; item++)
                {
                    SkillVote.Shares(votes, item, weights, chances.AsSpan(item * votes.Labels, votes.Labels));
                }

                Fix(chances, truth, votes.Labels);
                break;
            case LabelMethod.OneCoin or LabelMethod.DawidSkene:
                Maximise(votes, truth, chances, method == LabelMethod.OneCoin);
                break;
            default:
                break;
        }

        return chances;
    }

    private static void Maximise(LabelTable votes, int[] truth, double[] chances, bool oneCoin)
    {
        int labels = votes.Labels;
        var logChances = new double[(long)votes.Workers * labels * labels];
        var logPrior = new double[labels];
        var logs = new double[labels];
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            Confusions(votes, chances, logChances, oneCoin);
            Array.Clear(logPrior);
            for (int i = 0; i < chances.Length; i++)
            {
                logPrior[i % labels] += chances[i];
            }

            for (int label = 0; label < labels; label++)
            {
                logPrior[label] = oneCoin ? 0 : Math.Log(Math.Max(Least, logPrior[label] / Math.Max(1, votes.Items)));
            }

            double change = 0;
            for (int item = 0; item < votes.Items; item++)
            {
                LabelModel.LogChances(votes, item, logChances, logPrior, logs);
                double greatest = logs.Max();
                double total = 0;
                for (int label = 0; label < labels; label++)
                {
                    logs[label] = Math.Exp(logs[label] - greatest);
                    total += logs[label];
                }

                for (int label = 0; label < labels && truth[item] < 0; label++)
                {
                    ref double chance = ref chances[(item * labels) + label];
                    change = Math.Max(change, Math.Abs(chance - (logs[label] / total)));
                    chance = logs[label] / total;
                }
            }

            if (change < Tolerance)
            {
                break;
            }
        }
    }

    /// <summary>The log of every voter's chance to give a label: [voter, given, true].</summary>
    private static void Confusions(LabelTable votes, double[] chances, double[] logChances, bool oneCoin)
    {
        int labels = votes.Labels;
        Array.Clear(logChances);
        for (int item = 0; item < votes.Items; item++)
        {
            for (int i = votes.Start[item]; i < votes.Start[item + 1]; i++)
            {
                for (int label = 0; label < labels; label++)
                {
                    logChances[(((votes.Worker[i] * labels) + votes.Label[i]) * labels) + label] += votes.WeightAt(i) * chances[(item * labels) + label];
                }
            }
        }

        for (int voter = 0; voter < votes.Workers; voter++)
        {
            Span<double> counts = logChances.AsSpan(voter * labels * labels, labels * labels);
            if (oneCoin)
            {
                double right = Additive;
                double wrong = Additive;
                for (int cell = 0; cell < counts.Length; cell++)
                {
                    right += cell / labels == cell % labels ? counts[cell] : 0;
                    wrong += cell / labels == cell % labels ? 0 : counts[cell];
                }

                for (int cell = 0; cell < counts.Length; cell++)
                {
                    counts[cell] = Math.Log(cell / labels == cell % labels ? right / (right + wrong) : wrong / (right + wrong) / (labels - 1));
                }

                continue;
            }

            for (int label = 0; label < labels; label++)
            {
                double total = 0;
                for (int given = 0; given < labels; given++)
                {
                    total += counts[(given * labels) + label] + Additive;
                }

                for (int given = 0; given < labels; given++)
                {
                    ref double count = ref counts[(given * labels) + label];
                    count = Math.Log((count + Additive) / total);
                }
            }
        }
    }

    /// <summary>1 for the likeliest label of each item, the lowest where some are level, and 0 for the others.</summary>
    private static double[] Decided(double[] chances, int labels)
    {
        var decided = new double[chances.Length];
        for (int item = 0; item < chances.Length / labels; item++)
        {
            decided[(item * labels) + Likeliest(chances.AsSpan(item * labels, labels))] = 1;
        }

        return decided;
    }

    /// <summary>The likeliest label; of those level to within rounding, the lowest.</summary>
    public static int Likeliest(ReadOnlySpan<double> chances)
    {
        int likeliest = 0;
        for (int label = 1; label < chances.Length; label++)
        {
            if (chances[label] > chances[likeliest] + 1e-12)
            {
                likeliest = label;
            }
        }

        return likeliest;
    }

    private static void Fix(double[] chances, int[] truth, int labels)
    {
        for (int item = 0; item < truth.Length; item++)
        {
            for (int label = 0; label < labels && truth[item] >= 0; label++)
            {
                chances[(item * labels) + label] = truth[item] == label ? 1 : 0;
            }
        }
    }
}
