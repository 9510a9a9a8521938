using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Consensus;

/// <summary>How labels of many items are put together, and what is promised of them. Nothing needs to be set.</summary>
public sealed class LabelConsensusOptions
{
    /// <summary>Gets or sets the method.</summary>
    /// <value>The default is <see cref="LabelMethod.Default"/>.</value>
    [EnumDataType(typeof(LabelMethod))]
    public LabelMethod Method { get; set; }

    /// <summary>Gets or sets whether workers who give one another's answers are looked for and counted as one voter. Only the default method does.</summary>
    /// <value>The default is true. Without it the colluding majority of an item decides it.</value>
    public bool FindDependentWorkers { get; set; } = true;

    /// <summary>Gets or sets the share of an item's independent voters that may lie together; what <see cref="LabelDecision.Promise"/> is stated for.</summary>
    /// <value>A fraction in [0, 0.499]. The default is 1/3.</value>
    [Range(0.0, 0.499)]
    public double ByzantineShare { get; set; } = 1.0 / 3.0;

    /// <summary>Gets or sets the confidence of the accuracy bound that verified items give.</summary>
    /// <value>A fraction in [0.5, 0.999999]. The default is 0.95.</value>
    [Range(0.5, 0.999999)]
    public double Confidence { get; set; } = 0.95;
}
