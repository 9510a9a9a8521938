using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Optimizer.Routing;

/// <summary>The options of a <see cref="Router"/>.</summary>
public sealed class RouterOptions
{
    /// <summary>Gets or sets how long an endpoint is left alone after its first failure; each further failure in a row doubles it.</summary>
    /// <value>10 ms to 1 hour. The default is 1 second.</value>
    [TimeSpanRange("00:00:00.01", "01:00:00")]
    public TimeSpan Cooldown { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the longest cooldown by doubling. A longer Retry-After is obeyed all the same, up to <see cref="MaxRetryAfter"/>.</summary>
    /// <value>10 ms to 1 day, at least <see cref="Cooldown"/>. The default is 1 minute.</value>
    [TimeSpanRange("00:00:00.01", "1.00:00:00")]
    public TimeSpan MaxCooldown { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the longest Retry-After that is believed.</summary>
    /// <value>1 second to 30 days. The default is 1 day.</value>
    [TimeSpanRange("00:00:01", "30.00:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets how long the one probe after a cooldown may stay without a word before another is let through.</summary>
    /// <value>1 second to 1 day. The default is 2 minutes.</value>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how many tries a request may take, fallbacks included; a cascade is one try though it may ask three endpoints.</summary>
    /// <value>1 to 100. The default is 3.</value>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Gets or sets the providers that may be used at all; empty for all. A request can only narrow it.</summary>
    public IList<string> AllowedProviders { get; set; } = [];

    /// <summary>Gets or sets the regions that may be used at all; empty for all. A request can only narrow it.</summary>
    public IList<string> AllowedRegions { get; set; } = [];

    /// <summary>Gets or sets how newcomers get to know traffic.</summary>
    [ValidateObjectMembers]
    public ShadowOptions Shadow { get; set; } = new();

    /// <summary>Gets or sets the number of the first decision; numbers count up from it and feed exploration, so that a run can be repeated.</summary>
    /// <value>0 to 2^62. The default is 1.</value>
    [Range(0L, 1L << 62)]
    public long FirstDecision { get; set; } = 1;
}
