using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Caching.Configuration;

/// <summary>How a cache keeps its entries. What is not asked for costs nothing: without a time to live, no clock is read.</summary>
public sealed class CacheOptions
{
    /// <summary>Gets or sets how much the cache holds: entries, or the sum of their weights where entries have weights.</summary>
    /// <value>A number in [1, 2^40]; a cache never holds more than 2^30 entries. The default is 10,000.</value>
    [Range(1L, 1L << 40)]
    public long Capacity { get; set; } = 10_000;

    /// <summary>Gets or sets which eviction policy decides what leaves a full cache.</summary>
    /// <value>The name of one, in any case: LRU, FIFO, CLOCK, SIEVE, S3-FIFO, 2Q, ARC, LIRS, LFU, W-TinyLFU or GDSF; null for the one that serves most traffic best. The default is null.</value>
    public string? Policy { get; set; }

    /// <summary>Gets or sets how long an entry is fresh, from when it is stored.</summary>
    /// <value>A duration in [1 ms, 10,000 days]; null for no limit. The default is null.</value>
    [TimeSpanRange("00:00:00.001", "10000.00:00:00")]
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>Gets or sets how long an entry stays fresh after it was last read.</summary>
    /// <value>A duration in [1 ms, 49 days]; null for no limit. The default is null.</value>
    [TimeSpanRange("00:00:00.001", "49.00:00:00")]
    public TimeSpan? SlidingTimeToLive { get; set; }

    /// <summary>Gets or sets the age at which an entry expires however often it is read.</summary>
    /// <value>A duration in [1 ms, 10,000 days]; null for no limit. The default is null.</value>
    [TimeSpanRange("00:00:00.001", "10000.00:00:00")]
    public TimeSpan? MaxLifetime { get; set; }

    /// <summary>Gets or sets by what share of itself a time to live is shortened at most, at random and evenly, so that entries stored together do not expire together.</summary>
    /// <value>A fraction in [0, 0.9]. The default is 0.</value>
    [Range(0, 0.9)]
    public double Jitter { get; set; }

    /// <summary>Gets or sets how long past its time a value may still be returned at once while a new one is being made in the background.</summary>
    /// <value>A duration in [0, 10,000 days]. The default is zero: callers wait for the new value.</value>
    [TimeSpanRange("00:00:00", "10000.00:00:00")]
    public TimeSpan StaleWhileRevalidate { get; set; }

    /// <summary>Gets or sets how long before the end of its time a value that is read is made anew in the background.</summary>
    /// <value>A duration in [0, 10,000 days]. The default is zero: values are made anew when they are past their time.</value>
    [TimeSpanRange("00:00:00", "10000.00:00:00")]
    public TimeSpan RefreshAhead { get; set; }

    /// <summary>Gets or sets how long past its time a value may still be returned when making a new one fails or takes too long.</summary>
    /// <value>A duration in [0, 10,000 days]. The default is zero: failures are passed on.</value>
    [TimeSpanRange("00:00:00", "10000.00:00:00")]
    public TimeSpan FailSafe { get; set; }

    /// <summary>Gets or sets how long after a failure a value past its time is returned without trying again.</summary>
    /// <value>A duration in [0, 1 day]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00", "1.00:00:00")]
    public TimeSpan FailSafeRetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long callers wait for a factory while there is a value past its time to return instead; the factory goes on in the background.</summary>
    /// <value>A duration in [1 ms, 1 day]; null to wait for the factory. The default is null.</value>
    [TimeSpanRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan? SoftTimeout { get; set; }

    /// <summary>Gets or sets how long a factory may run before it is told to stop and given up.</summary>
    /// <value>A duration in [1 ms, 1 day], above <see cref="SoftTimeout"/>; null for no limit. The default is null.</value>
    [TimeSpanRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan? HardTimeout { get; set; }

    /// <summary>Gets or sets how long a null that a factory returned is fresh.</summary>
    /// <value>A duration in [0, 10,000 days]: zero does not store nulls, null treats them like any other value. The default is null.</value>
    [TimeSpanRange("00:00:00", "10000.00:00:00")]
    public TimeSpan? NegativeTimeToLive { get; set; }

    /// <summary>Gets or sets what the hashes of keys, the jitter and the policy's samples are drawn from.</summary>
    /// <value>Any number; null to draw one, so that nobody outside can make keys collide. The default is null: set it in tests only.</value>
    public int? Seed { get; set; }

    internal CacheOptions Copy() => (CacheOptions)MemberwiseClone();
}
