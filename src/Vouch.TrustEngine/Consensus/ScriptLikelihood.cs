namespace Vouch.TrustEngine.Consensus;

/// <summary>How well each member's answers follow from those of the rest of its group. The first answer of a group to an item is nobody's copy: of m answers, m − 1 count.</summary>
internal sealed class ScriptLikelihood
{
    private readonly double[] _weights;
    private readonly int[] _compared;

    public ScriptLikelihood(LabelTable answers, int[] group, int groups)
    {
        LogChance = new double[answers.Workers];
        Compared = new bool[answers.Count];
        _weights = new double[answers.Workers];
        _compared = new int[answers.Workers];
        var counts = new int[groups * answers.Labels];
        var sizes = new int[groups];
        for (int item = 0; item < answers.Items && groups > 0; item++)
        {
            Array.Clear(counts);
            Array.Clear(sizes);
            for (int i = answers.Start[item]; i < answers.Start[item + 1]; i++)
            {
                if (group[answers.Worker[i]] is >= 0 and int own)
                {
                    counts[(own * answers.Labels) + answers.Label[i]]++;
                    sizes[own]++;
                }
            }

            for (int i = answers.Start[item]; i < answers.Start[item + 1]; i++)
            {
                int worker = answers.Worker[i];
                int own = group[worker];
                if (own >= 0 && sizes[own] > 1)
                {
                    double others = sizes[own] - 1;
                    double same = counts[(own * answers.Labels) + answers.Label[i]] - 1;
                    double weight = others / sizes[own];
                    double chance = ((1 - DependenceSearch.Deviation) * same / others) + (DependenceSearch.Deviation / answers.Labels);
                    LogChance[worker] += weight * Math.Log(chance);
                    _weights[worker] += weight;
                    _compared[worker]++;
                    Compared[i] = true;
                }
            }
        }

        Total = LogChance.Sum();
    }

    /// <summary>The log chance of each member's answers, each weighted by how many of its item's answers are copies.</summary>
    public double[] LogChance { get; }

    /// <summary>Whether an answer had another of its group beside it.</summary>
    public bool[] Compared { get; }

    public double Total { get; }

    public double MeanWeight(int worker) => _compared[worker] == 0 ? 0 : _weights[worker] / _compared[worker];
}
