namespace Vouch.TrustEngine.Imaging;

/// <summary>The scores of all statistics of one crop, or of several together.</summary>
internal sealed class FrameFeatures
{
    public FrameFeatures(int labels, int channels)
    {
        Labels = labels;
        Brightness = new BiasScores(labels);
        Colours = new BiasScores[channels > 1 ? channels : 0];
        for (int channel = 0; channel < Colours.Length; channel++)
        {
            Colours[channel] = new BiasScores(labels);
        }

        Noise = new EnergyScores(labels);
        Outliers = new EnergyScores(labels);
        Structure = new EnergyScores(labels);
        Neighbours = new EnergyScores(labels);
        DetailDifference = new EnergyScores(labels);
        DetailEnergy = new EnergyScores(labels);
    }

    public int Labels { get; }

    public BiasScores Brightness { get; }

    public BiasScores[] Colours { get; }

    public EnergyScores Noise { get; }

    public EnergyScores Outliers { get; }

    public EnergyScores Structure { get; }

    public EnergyScores Neighbours { get; }

    public EnergyScores DetailDifference { get; }

    public EnergyScores DetailEnergy { get; }

    public void AddAll(FrameFeatures other)
    {
        Brightness.AddAll(other.Brightness);
        for (int channel = 0; channel < Colours.Length; channel++)
        {
            Colours[channel].AddAll(other.Colours[channel]);
        }

        Noise.AddAll(other.Noise);
        Outliers.AddAll(other.Outliers);
        Structure.AddAll(other.Structure);
        Neighbours.AddAll(other.Neighbours);
        DetailDifference.AddAll(other.DetailDifference);
        DetailEnergy.AddAll(other.DetailEnergy);
    }
}

/// <summary>Scores of a signed difference, with what turns their sum into a relative change.</summary>
internal sealed class BiasScores(int labels)
{
    public ScoreTable Table { get; } = new(labels);

    /// <summary>What the scores would sum to at a relative change of 1, times (labels - 1) / labels.</summary>
    public double Signal { get; set; }

    public void AddAll(BiasScores other)
    {
        Table.AddAll(other.Table);
        Signal += other.Signal;
    }
}

/// <summary>Scores of shares of squared differences, with the sums that a ratio of noise variances follows from.</summary>
internal sealed class EnergyScores(int labels)
{
    public ScoreTable Table { get; } = new(labels);

    /// <summary>The pixels or blocks in which images differ.</summary>
    public int Count { get; set; }

    /// <summary>The sum of the candidate's shares.</summary>
    public double Share { get; set; }

    /// <summary>The sum over pixels or blocks of the variance of an image's share.</summary>
    public double Variance { get; set; }

    public void AddAll(EnergyScores other)
    {
        Table.AddAll(other.Table);
        Count += other.Count;
        Share += other.Share;
        Variance += other.Variance;
    }
}
