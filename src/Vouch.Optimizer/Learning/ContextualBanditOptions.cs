using System.ComponentModel.DataAnnotations;

namespace Vouch.Optimizer.Learning;

/// <summary>How a <see cref="ContextualBandit"/> explores and learns.</summary>
public sealed class ContextualBanditOptions
{
    /// <summary>Gets or sets the share of decisions that explore, spread evenly over the eligible endpoints whose extra cost the cap allows.</summary>
    /// <value>A fraction in [0, 0.5]. The default is 0.02.</value>
    [Range(0, 0.5)]
    public double ExplorationShare { get; set; } = 0.02;

    /// <summary>Gets or sets how much dearer than the greedy choice an explored one may be, as a factor.</summary>
    /// <value>A factor in [1, 1,000]. The default is 1.5.</value>
    [Range(1, 1000)]
    public double CostCap { get; set; } = 1.5;

    /// <summary>Gets or sets how many outcomes the fitted prediction is worth.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 100.</value>
    [Range(1, 1_000_000)]
    public double PriorStrength { get; set; } = 100;

    /// <summary>Gets or sets the seed of exploration.</summary>
    public int Seed { get; set; }
}
