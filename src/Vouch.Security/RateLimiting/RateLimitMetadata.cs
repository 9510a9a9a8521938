using System.Threading.RateLimiting;

namespace Vouch.Security.RateLimiting;

/// <summary>What leases of this package carry.</summary>
public static class RateLimitMetadata
{
    /// <summary>Gets the name under which a lease holds the whole decision. <see cref="MetadataName.RetryAfter"/> is there too where a refused request may come back.</summary>
    public static MetadataName<RateLimitDecision> Decision { get; } = MetadataName.Create<RateLimitDecision>("VOUCH_DECISION");
}
