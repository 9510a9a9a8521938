using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Acceptance;

/// <summary>What <see cref="AcceptancePolicy"/> assumes about the workers, and how far it goes for one unit.</summary>
public sealed class AcceptanceOptions
{
    /// <summary>Gets or sets the chance that a result of a worker nobody knows is wrong.</summary>
    /// <value>A fraction in (0, 1). The default is 1/3: a third of the workers is assumed to cheat.</value>
    [Range(1e-9, 0.999_999)]
    public double NewcomerError { get; set; } = 1.0 / 3.0;

    /// <summary>Gets or sets the share of the workers that may act as one ring: wrong on the same units, with the same wrong answer.</summary>
    /// <value>A fraction in [0, 1]. The default is 1/3. With 0, wrong results agree but fall on units independently, as in Sarmenta's paper.</value>
    [Range(0.0, 1.0)]
    public double CollusionShare { get; set; } = 1.0 / 3.0;

    /// <summary>Gets or sets how many results of one unit are asked for at most.</summary>
    /// <value>A count in [1, 100]. The default is 7.</value>
    [Range(1, 100)]
    public int MaxReplicas { get; set; } = 7;

    /// <summary>Gets or sets how many checks are spent on one unit at most, over all its results.</summary>
    /// <value>A count in [0, 1000]. The default is 12.</value>
    [Range(0, 1000)]
    public int MaxChecks { get; set; } = 12;
}
