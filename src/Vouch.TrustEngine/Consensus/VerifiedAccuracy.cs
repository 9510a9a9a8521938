namespace Vouch.TrustEngine.Consensus;

/// <summary>How many verified items would have been labelled right had they not been verified.</summary>
/// <remarks>Each is taken out of what is known of the workers who answered it, and decided by the rest: leave one out, the other items' labels as they are.</remarks>
internal static class VerifiedAccuracy
{
    public static (int Right, int Total) Of(LabelConsensusResult result, LabelTable votes, int[] truth)
    {
        int right = 0;
        int total = 0;
        var shares = new double[votes.Labels];
        double[] weights = result.VoteWeights ?? UnitWeights(votes.Workers);
        for (int item = 0; item < votes.Items; item++)
        {
            if (truth[item] < 0 || votes.Start[item] == votes.Start[item + 1])
            {
                continue;
            }

            total++;
            SkillVote.Shares(votes, item, weights, shares);
            if (result.Fit is not null)
            {
                double[] without = Without(result.Fit, votes, item);
                for (int label = 0; label < shares.Length; label++)
                {
                    shares[label] += without[label];
                }
            }

            right += ClassicLabelMethods.Likeliest(shares) == truth[item] ? 1 : 0;
        }

        return (right, total);
    }

    private static double[] Without(LabelFit fit, LabelTable votes, int item)
    {
        int width = fit.Width;
        double[] logs = (double[])fit.LogColumns.Clone();
        for (int i = votes.Start[item]; i < votes.Start[item + 1]; i++)
        {
            int voter = votes.Worker[i];
            double weight = votes.WeightAt(i);
            for (int column = 0; column < width; column++)
            {
                double own = weight * fit.Columns[(item * width) + column];
                double total = 0;
                double parameter = 0;
                for (int label = 0; label < fit.Labels; label++)
                {
                    double known = fit.Counts[(((voter * fit.Labels) + label) * width) + column] + fit.Population[(column * fit.Labels) + label];
                    known -= label == votes.Label[i] ? own : 0;
                    known = Math.Max(known, fit.Population[(column * fit.Labels) + label]);
                    total += known;
                    parameter = label == votes.Label[i] ? known : parameter;
                }

                logs[column] += weight * (1 - fit.Spam[voter]) * (GammaFunctions.Digamma(parameter) - GammaFunctions.Digamma(total));
            }
        }

        double greatest = logs.Max();
        double sum = 0;
        var chances = new double[fit.Labels];
        for (int column = 0; column < width; column++)
        {
            double chance = Math.Exp(logs[column] - greatest);
            chances[column / fit.Kinds] += chance;
            sum += chance;
        }

        for (int label = 0; label < chances.Length; label++)
        {
            chances[label] /= sum;
        }

        return chances;
    }

    private static double[] UnitWeights(int voters)
    {
        var weights = new double[voters];
        Array.Fill(weights, 1);
        return weights;
    }
}
