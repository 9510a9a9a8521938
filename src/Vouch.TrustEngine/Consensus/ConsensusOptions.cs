using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Consensus;

/// <summary>What a consensus is to hold against, and how.</summary>
public sealed class ConsensusOptions
{
    /// <summary>Gets or sets the share of the voters that may lie at once, in any way and together.</summary>
    /// <value>A fraction in [0, 0.499]. The default is 1/3. Above 0, at least one voter is assumed to lie however few there are.</value>
    [Range(0.0, 0.499)]
    public double ByzantineShare { get; set; } = 1.0 / 3.0;

    /// <summary>Gets or sets how many voters must have answered at the least.</summary>
    /// <value>A count in [1, 1000000]. The default is 3.</value>
    [Range(1, 1_000_000)]
    public int MinVoters { get; set; } = 3;

    /// <summary>Gets or sets the greatest share of the total weight that one voter keeps. Weights are cut further where the promise needs it.</summary>
    /// <value>A fraction in [0.001, 1]. The default is 0.25. Where so few vote that it cannot be kept, all weigh the same.</value>
    [Range(0.001, 1.0)]
    public double MaxWeightShare { get; set; } = 0.25;

    /// <summary>Gets or sets how far from the median a numeric answer may lie before its worker is named an outlier.</summary>
    /// <value>A number of robust standard deviations in [1, 100]. The default is 3.</value>
    [Range(1.0, 100.0)]
    public double OutlierDeviations { get; set; } = 3;

    /// <summary>Gets or sets whether a numeric answer is the weighted mean of those that are no outliers, kept within the range that the promise covers, in place of the median.</summary>
    /// <value>The default is false. True halves the error where most are honest and noisy; false is the safer choice where answers are few.</value>
    public bool RefineSurvivors { get; set; }
}
