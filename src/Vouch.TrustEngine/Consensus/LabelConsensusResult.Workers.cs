namespace Vouch.TrustEngine.Consensus;

/// <content>What the answers tell about the workers.</content>
public sealed partial class LabelConsensusResult
{
    /// <summary>Every worker's profile, from its own answers and the items' chances.</summary>
    private WorkerProfile[] MakeProfiles()
    {
        int workers = _answers.Workers;
        var counts = new double[(long)workers * Labels * Labels];
        var answers = new int[workers];
        var verified = new int[workers];
        var right = new int[workers];
        var sizes = new double[Labels];
        for (int item = 0; item < _answers.Items; item++)
        {
            int last = -1;
            for (int label = 0; label < Labels; label++)
            {
                sizes[label] += _chances[(item * Labels) + label];
            }

            for (int i = _answers.Start[item]; i < _answers.Start[item + 1]; i++)
            {
                int worker = _answers.Worker[i];
                answers[worker] += worker == last ? 0 : 1;
                last = worker;
                if (_truth[item] >= 0)
                {
                    verified[worker]++;
                    right[worker] += _answers.Label[i] == _truth[item] ? 1 : 0;
                }

                for (int label = 0; label < Labels; label++)
                {
                    counts[(((worker * Labels) + label) * Labels) + _answers.Label[i]] += _answers.WeightAt(i) * _chances[(item * Labels) + label];
                }
            }
        }

        double[] prior = Population();
        var profiles = new WorkerProfile[workers];
        for (int worker = 0; worker < workers; worker++)
        {
            double[] confusion = Confusion(counts.AsSpan(worker * Labels * Labels, Labels * Labels), prior);
            profiles[worker] = new WorkerProfile
            {
                Worker = _answers.WorkerIds[worker],
                Answers = answers[worker],
                Confusion = confusion,
                Skill = Skill(confusion, sizes),
                Bias = Bias(confusion, sizes),
                SpamChance = SpamChance(worker),
                Cluster = Group.Length > 0 && Group[worker] >= 0 ? Group[worker] : null,
                VerifiedAnswers = verified[worker],
                VerifiedRight = right[worker],
            };
        }

        return profiles;
    }

    private WorkerCluster[] MakeClusters()
    {
        var clusters = new WorkerCluster[Gains.Count];
        for (int cluster = 0; cluster < clusters.Length; cluster++)
        {
            int[] members = [.. Enumerable.Range(0, Group.Length).Where(worker => Group[worker] == cluster)];
            clusters[cluster] = new WorkerCluster
            {
                Workers = [.. members.Select(member => _answers.WorkerIds[member])],
                EvidenceGain = Gains[cluster],
                IsEcho = Echoes[cluster],
                Skill = members.Average(member => Workers[member].Skill),
            };
        }

        return clusters;
    }

    private double SpamChance(int worker)
    {
        if (Fit is null || (Group[worker] >= 0 && Echoes[Group[worker]]))
        {
            return 0;
        }

        return Fit.Spam[VoterOf[worker]];
    }

    /// <summary>What is assumed of a worker before it answers: [true label, given label], in answers.</summary>
    private double[] Population()
    {
        var prior = new double[Labels * Labels];
        for (int label = 0; label < Labels; label++)
        {
            for (int given = 0; given < Labels; given++)
            {
                prior[(label * Labels) + given] = label == given ? 4 : 1;
                if (Fit is not null)
                {
                    double weight = 0;
                    double sum = 0;
                    for (int column = label * Fit.Kinds; column < (label + 1) * Fit.Kinds; column++)
                    {
                        double share = Math.Exp(Fit.LogColumns[column]);
                        weight += share;
                        sum += share * Fit.Population[(column * Labels) + given];
                    }

                    prior[(label * Labels) + given] = weight > 0 ? sum / weight : prior[(label * Labels) + given];
                }
            }
        }

        return prior;
    }

    private double[] Confusion(ReadOnlySpan<double> counts, double[] prior)
    {
        var confusion = new double[Labels * Labels];
        for (int label = 0; label < Labels; label++)
        {
            double total = 0;
            for (int given = 0; given < Labels; given++)
            {
                confusion[(label * Labels) + given] = counts[(label * Labels) + given] + prior[(label * Labels) + given];
                total += confusion[(label * Labels) + given];
            }

            for (int given = 0; given < Labels; given++)
            {
                confusion[(label * Labels) + given] /= total;
            }
        }

        return confusion;
    }

    private double Skill(double[] confusion, double[] sizes)
    {
        double skill = 0;
        for (int label = 0; label < Labels; label++)
        {
            skill += sizes[label] / _answers.Items * confusion[(label * Labels) + label];
        }

        return skill;
    }

    private double[] Bias(double[] confusion, double[] sizes)
    {
        var bias = new double[Labels];
        for (int label = 0; label < Labels; label++)
        {
            double share = sizes[label] / _answers.Items;
            bias[label] -= share;
            for (int given = 0; given < Labels; given++)
            {
                bias[given] += share * confusion[(label * Labels) + given];
            }
        }

        return bias;
    }
}
