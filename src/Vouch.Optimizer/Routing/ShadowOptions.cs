using System.ComponentModel.DataAnnotations;

namespace Vouch.Optimizer.Routing;

/// <summary>How newcomers in shadow get to know traffic: a budgeted share is sent to them too, their answers are judged and never shown.</summary>
public sealed class ShadowOptions
{
    /// <summary>Gets or sets the share of answered requests that is sent to a newcomer too.</summary>
    /// <value>A fraction in [0, 1]. The default is 0: mirrored calls cost money, so they are asked for.</value>
    [Range(0, 1.0)]
    public double Share { get; set; }

    /// <summary>Gets or sets what mirrored calls may cost at most, as a fraction of what callers' own calls have cost so far.</summary>
    /// <value>A fraction in [0, 1]. The default is 0.05. The caps of the ledger hold besides.</value>
    [Range(0, 1.0)]
    public double CostShare { get; set; } = 0.05;

    /// <summary>Gets or sets the tenant that pays for mirrored calls in the ledger, so that they can be capped apart.</summary>
    /// <value>A name. The default is <c>shadow</c>.</value>
    [Required]
    public string Tenant { get; set; } = "shadow";

    /// <summary>Gets or sets how many judged answers make the evidence of a newcomer suffice.</summary>
    /// <value>10 to 2,000. The default is 50.</value>
    [Range(10, 2_000)]
    public int MinimumLabels { get; set; } = 50;

    /// <summary>Gets or sets whether a newcomer takes part in routing as soon as its evidence suffices. A router with a calibrated promise or a monitor never does so by itself, since both were made for the endpoints before.</summary>
    /// <value>The default is true.</value>
    public bool PromotesByItself { get; set; } = true;
}
