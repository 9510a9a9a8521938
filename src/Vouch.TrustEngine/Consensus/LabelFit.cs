namespace Vouch.TrustEngine.Consensus;

/// <summary>What a fit of <see cref="LabelModel"/> comes to. A column is a kind of item: label times kinds per label plus kind.</summary>
internal sealed class LabelFit
{
    public required int Labels { get; init; }

    /// <summary>How many kinds of items there are for one true label.</summary>
    public required int Kinds { get; init; }

    /// <summary>The chance of each column, item by item.</summary>
    public required double[] Columns { get; init; }

    /// <summary>Expected votes of each voter: [voter, given label, column].</summary>
    public required double[] Counts { get; init; }

    /// <summary>The population of confusions, learnt from the answers: Dirichlet parameters [column, given label].</summary>
    public required double[] Population { get; init; }

    /// <summary>Expected log chance of each voter's answers: [voter, given label, column].</summary>
    public required double[] LogChances { get; init; }

    /// <summary>Expected log chance of each column.</summary>
    public required double[] LogColumns { get; init; }

    /// <summary>The chance that a voter answers without looking at the item.</summary>
    public required double[] Spam { get; init; }

    /// <summary>The Dirichlet parameters of what such answers look like.</summary>
    public required double[] SpamPrior { get; init; }

    public required double SpamShare { get; init; }

    /// <summary>A lower bound on the log chance of all answers.</summary>
    public required double Evidence { get; init; }

    public required int Iterations { get; init; }

    public int Width => Labels * Kinds;

    /// <summary>The chance of each label, item by item.</summary>
    public double[] Posterior()
    {
        if (Kinds == 1)
        {
            return (double[])Columns.Clone();
        }

        var posterior = new double[Columns.Length / Kinds];
        for (int i = 0; i < posterior.Length; i++)
        {
            for (int kind = 0; kind < Kinds; kind++)
            {
                posterior[i] += Columns[(i * Kinds) + kind];
            }
        }

        return posterior;
    }

    /// <summary>The population's mean chance of answering with a label where the column is so.</summary>
    public double PopulationMean(int column, int given)
    {
        double sum = 0;
        for (int label = 0; label < Labels; label++)
        {
            sum += Population[(column * Labels) + label];
        }

        return Population[(column * Labels) + given] / sum;
    }
}
