namespace Vouch.TrustEngine.Consensus;

/// <summary>A vote in which each voter weighs its skill: how much more often it is right, by a model's account, than one who guesses. It errs in other ways than the model does, so the two are averaged.</summary>
internal static class SkillVote
{
    private const double PriorAnswers = 4;
    private const double LeastWeight = 1e-6;

    /// <summary>The weight of each voter in (0, 1].</summary>
    public static double[] Weights(LabelTable votes, double[] posterior)
    {
        int labels = votes.Labels;
        var right = new double[votes.Workers];
        var given = new double[votes.Workers];
        for (int item = 0; item < votes.Items; item++)
        {
            for (int i = votes.Start[item]; i < votes.Start[item + 1]; i++)
            {
                double weight = votes.WeightAt(i);
                right[votes.Worker[i]] += weight * posterior[(item * labels) + votes.Label[i]];
                given[votes.Worker[i]] += weight;
            }
        }

        double all = given.Sum();
        double mean = all > 0 ? right.Sum() / all : 1;
        double chance = 1.0 / labels;
        var weights = new double[votes.Workers];
        for (int voter = 0; voter < weights.Length; voter++)
        {
            double accuracy = (right[voter] + (PriorAnswers * mean)) / (given[voter] + PriorAnswers);
            weights[voter] = labels == 1 ? 1 : Math.Max(LeastWeight, (accuracy - chance) / (1 - chance));
        }

        return weights;
    }

    /// <summary>Each label's share of an item's weighted votes; even where nobody voted.</summary>
    public static void Shares(LabelTable votes, int item, double[] weights, Span<double> shares)
    {
        shares.Clear();
        double total = 0;
        for (int i = votes.Start[item]; i < votes.Start[item + 1]; i++)
        {
            double weight = weights[votes.Worker[i]] * votes.WeightAt(i);
            shares[votes.Label[i]] += weight;
            total += weight;
        }

        for (int label = 0; label < shares.Length; label++)
        {
            shares[label] = total > 0 ? shares[label] / total : 1.0 / shares.Length;
        }
    }
}
