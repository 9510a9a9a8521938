using System.ComponentModel.DataAnnotations;

namespace Vouch.Resilience.Budgets;

/// <summary>How many retries and hedges all callers of a pipeline together may add to an overloaded back end.</summary>
public sealed class RetryBudgetOptions
{
    /// <summary>Gets or sets how many retries each success pays for.</summary>
    /// <value>A fraction in [0, 10]. The default is 0.1: ten successes pay for one retry.</value>
    [Range(0.0, 10.0)]
    public double PerSuccess { get; set; } = 0.1;

    /// <summary>Gets or sets how many retries may be saved up, and are there at the start.</summary>
    /// <value>A number in [0, 1,000,000]. The default is 10.</value>
    [Range(0, 1_000_000)]
    public int Capacity { get; set; } = 10;
}
