using System.ComponentModel.DataAnnotations;
using Vouch.Core.Policy;
using Vouch.Shared;

namespace Vouch.Caching.Persistence;

/// <summary>How a <see cref="PersistentCache"/> is kept.</summary>
public sealed class PersistentCacheOptions
{
    /// <summary>The least value of <see cref="MaxBytes"/>: 1 MiB.</summary>
    public const long LeastBytes = 1L << 20;

    /// <summary>Gets or sets the folder that holds the cache, and nothing else. It is made where it does not exist; one process at a time uses it.</summary>
    /// <value>A path. The default is <c>vouch-cache</c> below the working directory.</value>
    [Required]
    public string Folder { get; set; } = "vouch-cache";

    /// <summary>Gets or sets how much of the disk the cache takes at most.</summary>
    /// <value>Bytes in [1 MiB, 1 TiB]. The default is 1 GiB.</value>
    [Range(LeastBytes, 1L << 40)]
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Gets or sets the length of one segment file; a value must fit in one. Space is given back, and entries leave, a segment at a time.</summary>
    /// <value>Bytes in [64 KiB, 1 GiB], at most a fifth of <see cref="MaxBytes"/> and at least a thousandth; or 0, the default, for a 32nd of <see cref="MaxBytes"/>, at most 64 MiB where that makes no more than 256 files.</value>
    [Range(0, 1 << 30)]
    public int SegmentBytes { get; set; }

    /// <summary>Gets or sets what a write has survived when it returns.</summary>
    /// <value>The default is <see cref="PersistentDurability.Process"/>.</value>
    [EnumDataType(typeof(PersistentDurability))]
    public PersistentDurability Durability { get; set; } = PersistentDurability.Process;

    /// <summary>Gets or sets how often <see cref="PersistentDurability.Interval"/> forces pages to the disk.</summary>
    /// <value>A duration in [10 ms, 1 hour]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00.010", "01:00:00")]
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the digest of the policy that entries are made under. It is stamped on every segment.</summary>
    /// <value>The text of a <see cref="PolicyDigest"/>; null, the default, for none.</value>
    public string? Policy { get; set; }

    /// <summary>Gets or sets what happens to entries that were made under another policy.</summary>
    /// <value>The default is <see cref="PersistentPolicyMismatch.Refuse"/>.</value>
    [EnumDataType(typeof(PersistentPolicyMismatch))]
    public PersistentPolicyMismatch PolicyMismatch { get; set; } = PersistentPolicyMismatch.Refuse;

    /// <summary>Gets or sets how long an entry lives that is stored without an expiration.</summary>
    /// <value>A duration in [1 ms, 3650 days]; null, the default, for as long as there is room.</value>
    [TimeSpanRange("00:00:00.001", "3650.00:00:00")]
    public TimeSpan? DefaultExpiration { get; set; }

    internal int EffectiveSegmentBytes => SegmentBytes > 0
        ? SegmentBytes
        : (int)Math.Clamp(Math.Max(Math.Min(MaxBytes / 32, 64L << 20), MaxBytes / 256), PersistentCacheOptionsRules.LeastSegmentBytes, 1L << 30) & -4096;

    // A summary takes up to an eighth of its segment.
    internal int MaxSegments => (int)(MaxBytes / (EffectiveSegmentBytes + (EffectiveSegmentBytes / 8)));
}
