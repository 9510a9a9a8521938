using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Consensus;

/// <summary>How numbers for many items are put together, and what is promised of them. Nothing needs to be set.</summary>
public sealed class NumberConsensusOptions
{
    /// <summary>Gets or sets whether workers who give the same numbers as one another are looked for and counted as one voter.</summary>
    /// <value>The default is true.</value>
    public bool FindDependentWorkers { get; set; } = true;

    /// <summary>Gets or sets the share of an item's independent voters that may lie together; what <see cref="NumberDecision.Promise"/> is stated for.</summary>
    /// <value>A fraction in [0, 0.499]. The default is 1/3.</value>
    [Range(0.0, 0.499)]
    public double ByzantineShare { get; set; } = 1.0 / 3.0;
}
