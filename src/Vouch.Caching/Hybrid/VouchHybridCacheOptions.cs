using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using Vouch.Caching.Backplane;
using Vouch.Core.Policy;
using Vouch.Shared;

namespace Vouch.Caching.Hybrid;

/// <summary>How a <see cref="VouchHybridCache"/> works.</summary>
public sealed class VouchHybridCacheOptions
{
    /// <summary>Gets or sets how many entries the memory holds.</summary>
    /// <value>A count in [1, 1000000000]. The default is 10,000.</value>
    [Range(1L, 1_000_000_000L)]
    public long Capacity { get; set; } = 10_000;

    /// <summary>Gets or sets how long a value is kept in the shared tier where a call does not say.</summary>
    /// <value>A duration in [1 ms, 3650 days]. The default is 5 minutes.</value>
    [TimeSpanRange("00:00:00.001", "3650.00:00:00")]
    public TimeSpan Expiration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how long a value is kept in memory where a call does not say; never longer than in the shared tier.</summary>
    /// <value>A duration in [1 ms, 3650 days]; null, the default, for as long as in the shared tier.</value>
    [TimeSpanRange("00:00:00.001", "3650.00:00:00")]
    public TimeSpan? LocalExpiration { get; set; }

    /// <summary>Gets or sets how long past its time in memory a value is still returned at once, while a newer one is made in the background.</summary>
    /// <value>A duration in [0, 3650 days]. The default is 0: callers wait.</value>
    /// <remarks>What was removed, by key or tag, on this node or another, is not returned however short ago its time ended.</remarks>
    [TimeSpanRange("00:00:00", "3650.00:00:00")]
    public TimeSpan StaleWhileRevalidate { get; set; }

    /// <summary>Gets or sets how long past its time in memory a value is returned where making a newer one failed.</summary>
    /// <value>A duration in [0, 3650 days]. The default is 0: the failure goes to the callers.</value>
    /// <remarks>What was removed is not revived.</remarks>
    [TimeSpanRange("00:00:00", "3650.00:00:00")]
    public TimeSpan FailSafe { get; set; }

    /// <summary>Gets or sets how long after a failure the value of before is returned without another attempt.</summary>
    /// <value>A duration in [0, 1 day]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00", "1.00:00:00")]
    public TimeSpan FailSafeRetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets flags that hold for every call, beside its own.</summary>
    /// <value>The default is none.</value>
    public HybridCacheEntryFlags Flags { get; set; }

    /// <summary>Gets or sets the greatest length of a key. A longer one is not cached: each call makes its value anew.</summary>
    /// <value>Characters in [1, 65536]. The default is 1024.</value>
    [Range(1, 65_536)]
    public int MaxKeyLength { get; set; } = 1024;

    /// <summary>Gets or sets the greatest length of a serialized value. A longer one is not cached.</summary>
    /// <value>Bytes in [1, 1073741824]. The default is 1 MiB.</value>
    [Range(1, 1 << 30)]
    public int MaxPayloadBytes { get; set; } = 1 << 20;

    /// <summary>Gets or sets what stands before every key in the shared tier.</summary>
    /// <value>The default is empty.</value>
    [Required(AllowEmptyStrings = true)]
    public string KeyPrefix { get; set; } = string.Empty;

    /// <summary>Gets or sets how long a call to the shared tier or the backplane may take before the cache goes on without.</summary>
    /// <value>A duration in [1 ms, 1 hour], or infinite. The default is 2 seconds.</value>
    [TimeSpanRange("00:00:00.001", "01:00:00", AllowInfinite = true)]
    public TimeSpan DistributedTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long the shared tier is left alone after a call to it failed.</summary>
    /// <value>A duration in [0, 1 hour]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00", "01:00:00")]
    public TimeSpan DistributedPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the digest of the policy that values are made under. It travels with each value; one made under another policy is not served.</summary>
    /// <value>The text of a <see cref="PolicyDigest"/>; null, the default, for none.</value>
    public string? Policy { get; set; }

    /// <summary>Gets or sets how long memory is trusted without word from the backplane.</summary>
    /// <value>Not null.</value>
    [Required]
    [ValidateObjectMembers]
    public CoherenceOptions Coherence { get; set; } = new();
}
