using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Security.RateLimiting;

/// <summary>How much each key may use and how many keys are remembered.</summary>
public sealed class KeyedRateLimiterOptions
{
    /// <summary>Gets or sets the permits that come back to each key in a <see cref="Period"/>.</summary>
    /// <value>A count in [1, 1000000000]. The default is 100.</value>
    [Range(1, 1_000_000_000)]
    public int Permits { get; set; } = 100;

    /// <summary>Gets or sets the period.</summary>
    /// <value>A duration in [1 ms, 366 days]. The default is one minute.</value>
    [TimeSpanRange("00:00:00.001", "366.00:00:00")]
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the permits that a key may take at once.</summary>
    /// <value>A count in [1, 1000000000], or null, the default, for as many as <see cref="Permits"/>.</value>
    [Range(1, 1_000_000_000)]
    public int? Burst { get; set; }

    /// <summary>Gets or sets how many keys that owe permits are remembered at once. Memory for them (at most 32 bytes each besides the keys) is taken at the start and never grows.</summary>
    /// <value>A count in [16, 100000000]. The default is 65,536.</value>
    [Range(16, 100_000_000)]
    public int MaxKeys { get; set; } = 65_536;

    /// <summary>Makes the quota that the options describe.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The options are outside their ranges, or an empty bucket would take more than 10 years to fill.</exception>
    public RateQuota ToQuota() => new(Permits, Period, Burst);
}

[OptionsValidator]
internal sealed partial class KeyedRateLimiterOptionsValidator : IValidateOptions<KeyedRateLimiterOptions>;

/// <summary>Rules that tie options together.</summary>
internal sealed class KeyedRateLimiterOptionsRules : IValidateOptions<KeyedRateLimiterOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyedRateLimiterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            options.ToQuota();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            return ValidateOptionsResult.Fail(wrong.Message);
        }
    }
}
