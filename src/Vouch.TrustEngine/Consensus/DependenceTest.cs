namespace Vouch.TrustEngine.Consensus;

/// <summary>Decides which proposed groups are one voter in truth, by how much better that explains all answers.</summary>
/// <remarks>
/// A member passes when the others' answers predict its own better than a worker's own confusions do, by more than ln(workers); the labels come from a fit in which the group is one voter, so that a
/// ring's majority cannot vouch for itself. A group passes when the evidence of all answers is greater with it as one voter than without. The best group is taken first, then what is usual is looked at anew:
/// honest workers stand out as a group only while a ring makes them look strange.
/// </remarks>
internal static class DependenceTest
{
    private const double SearchTolerance = 5e-3;
    private const double EchoLevel = 1e-3;
    private const int MaxRounds = 6;

    /// <summary>Finds the groups that are one voter.</summary>
    /// <returns>The group of each worker or -1, how many groups there are, and the evidence each adds, in nats.</returns>
    public static (int[] Group, int Groups, IReadOnlyList<double> Gains) Find(LabelTable answers, int[] truth)
    {
        var group = new int[answers.Workers];
        Array.Fill(group, -1);
        var gains = new List<double>();
        DependenceSearch? search = null;
        double evidence = double.NaN;
        for (int round = 0; round < MaxRounds && answers.Workers >= DependenceSearch.LeastMembers; round++)
        {
            search ??= new DependenceSearch(answers);
            int[] proposal = search.Propose(group, gains.Count);
            int proposed = proposal.Max() + 1;
            if (proposed == 0)
            {
                break;
            }

            int[] all = [.. group.Zip(proposal, (known, fresh) => known >= 0 ? known : fresh >= 0 ? gains.Count + fresh : -1)];
            LabelFit together = LabelModel.Fit(answers.Merge(all, gains.Count + proposed, out _), truth, SearchTolerance);
            Confirm(answers, all, gains.Count + proposed, together);
            int[] best = group;
            double bestEvidence = double.NegativeInfinity;
            for (int candidate = gains.Count; candidate < gains.Count + proposed; candidate++)
            {
                if (Array.IndexOf(all, candidate) >= 0)
                {
                    evidence = double.IsNaN(evidence) ? EvidenceOf(answers, group, gains.Count, truth) : evidence;
                    int[] trial = [.. group.Zip(all, (known, fresh) => known >= 0 ? known : fresh == candidate ? gains.Count : -1)];
                    double trialEvidence = EvidenceOf(answers, trial, gains.Count + 1, truth);
                    if (trialEvidence > bestEvidence)
                    {
                        bestEvidence = trialEvidence;
                        best = trial;
                    }
                }
            }

            if (!(bestEvidence > evidence))
            {
                break;
            }

            gains.Add(bestEvidence - evidence);
            group = best;
            evidence = bestEvidence;
        }

        return (group, gains.Count, gains);
    }

    /// <summary>Finds the groups whose script always repeats what somebody outside answered too: they witness nothing of their own.</summary>
    /// <remarks>On as many items as honest errors make likely, an independent voter stands alone. One that hardly ever does (a Poisson tail below 0.1 %) copies.</remarks>
    public static bool[] FindEchoes(LabelTable votes, int groups, LabelFit fit)
    {
        var echo = new bool[groups];
        int width = fit.Width;
        for (int group = 0; group < groups; group++)
        {
            double expected = 0;
            int alone = 0;
            for (int item = 0; item < votes.Items; item++)
            {
                int script = Script(votes, item, group);
                if (script < 0)
                {
                    continue;
                }

                bool supported = false;
                for (int i = votes.Start[item]; i < votes.Start[item + 1]; i++)
                {
                    supported |= votes.Worker[i] >= groups && votes.Label[i] == script;
                }

                alone += supported ? 0 : 1;
                for (int column = 0; column < width; column++)
                {
                    double chance = fit.Columns[(item * width) + column];
                    for (int i = votes.Start[item]; chance > 1e-9 && i < votes.Start[item + 1]; i++)
                    {
                        chance *= votes.Worker[i] >= groups ? 1 - ChanceOf(fit, votes.Worker[i], column, script) : 1;
                    }

                    expected += chance;
                }
            }

            double tail = 0;
            double term = Math.Exp(-expected);
            for (int k = 0; k <= alone; k++)
            {
                tail += term;
                term *= expected / (k + 1);
            }

            echo[group] = tail < EchoLevel;
        }

        return echo;
    }

    /// <summary>The chance that a voter gives a label where the column is so.</summary>
    public static double ChanceOf(LabelFit fit, int voter, int column, int given)
    {
        double total = 0;
        double wanted = 0;
        for (int label = 0; label < fit.Labels; label++)
        {
            double weight = fit.Counts[(((voter * fit.Labels) + label) * fit.Width) + column] + fit.Population[(column * fit.Labels) + label];
            total += weight;
            wanted = label == given ? weight : wanted;
        }

        return wanted / total;
    }

    private static int Script(LabelTable votes, int item, int group)
    {
        int script = -1;
        double most = 0;
        for (int i = votes.Start[item]; i < votes.Start[item + 1]; i++)
        {
            if (votes.Worker[i] == group && votes.WeightAt(i) > most)
            {
                most = votes.WeightAt(i);
                script = votes.Label[i];
            }
        }

        return script;
    }

    private static double EvidenceOf(LabelTable answers, int[] group, int groups, int[] truth) =>
        LabelModel.Fit(answers.Merge(group, groups, out _), truth, SearchTolerance).Evidence + new ScriptLikelihood(answers, group, groups).Total;

    /// <summary>Takes out of their groups the workers whom a worker's own confusions explain as well.</summary>
    private static void Confirm(LabelTable answers, int[] group, int groups, LabelFit fit)
    {
        double least = Math.Log(answers.Workers);
        for (int pass = 0; pass < 3; pass++)
        {
            var script = new ScriptLikelihood(answers, group, groups);
            double[] alone = Independent(answers, group, script, fit);
            bool changed = false;
            var sizes = new int[groups];
            for (int worker = 0; worker < group.Length; worker++)
            {
                if (group[worker] >= 0 && script.LogChance[worker] - (script.MeanWeight(worker) * alone[worker]) < least)
                {
                    group[worker] = -1;
                    changed = true;
                }
                else if (group[worker] >= 0)
                {
                    sizes[group[worker]]++;
                }
            }

            for (int worker = 0; worker < group.Length; worker++)
            {
                if (group[worker] >= 0 && sizes[group[worker]] < DependenceSearch.LeastMembers)
                {
                    group[worker] = -1;
                    changed = true;
                }
            }

            if (!changed)
            {
                break;
            }
        }
    }

    /// <summary>The log chance of each member's compared answers if it had answered on its own, its confusions integrated out.</summary>
    private static double[] Independent(LabelTable answers, int[] group, ScriptLikelihood script, LabelFit fit)
    {
        int labels = fit.Labels;
        int width = fit.Width;
        var counts = new double[(long)answers.Workers * labels * width];
        for (int item = 0; item < answers.Items; item++)
        {
            for (int i = answers.Start[item]; i < answers.Start[item + 1]; i++)
            {
                for (int column = 0; script.Compared[i] && column < width; column++)
                {
                    counts[(((answers.Worker[i] * width) + column) * labels) + answers.Label[i]] += fit.Columns[(item * width) + column];
                }
            }
        }

        var result = new double[answers.Workers];
        for (int worker = 0; worker < result.Length; worker++)
        {
            for (int column = 0; group[worker] >= 0 && column < width; column++)
            {
                double votes = 0;
                double prior = 0;
                for (int label = 0; label < labels; label++)
                {
                    double count = counts[(((worker * width) + column) * labels) + label];
                    double parameter = fit.Population[(column * labels) + label];
                    votes += count;
                    prior += parameter;
                    result[worker] += GammaFunctions.Log(count + parameter) - GammaFunctions.Log(parameter);
                }

                result[worker] += GammaFunctions.Log(prior) - GammaFunctions.Log(prior + votes);
            }
        }

        return result;
    }
}
