using System.ComponentModel.DataAnnotations;

namespace Vouch.Optimizer.Budgets;

/// <summary>A bound on spending.</summary>
public sealed class SpendCapOptions
{
    /// <summary>Gets or sets the name that refusals and statements give; unique among the caps.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>Gets or sets whose spending is bounded.</summary>
    public SpendScope Scope { get; set; }

    /// <summary>Gets or sets the tenant, where <see cref="Scope"/> is <see cref="SpendScope.Tenant"/>.</summary>
    public string? Tenant { get; set; }

    /// <summary>Gets or sets the sliding window: no interval of this length holds more spending than the limit.</summary>
    /// <value>100 ms to 400 days; null (the default) for the ledger's whole life.</value>
    public TimeSpan? Window { get; set; }

    /// <summary>Gets or sets the limit, in dollars.</summary>
    /// <value>0 to 9,000,000,000. The default is 0: nothing may be spent.</value>
    [Range(0.0, 9e9)]
    public decimal LimitUsd { get; set; }
}
