using System.Runtime.InteropServices;

namespace Vouch.Caching.Statistics;

/// <summary>What one thread counts, and the last entries it read, for the policy to hear of. Only its thread writes to it.</summary>
internal sealed class ReadStripe
{
    /// <summary>How many reads are noted before the policy is told.</summary>
    public const int Capacity = 64;

    // A line of the cache on both sides, so that two threads' counters are never on one.
    public Padding Before;
    public long Hits;
    public long Misses;

    /// <summary>Reads are noted where their number has none of these bits: 0 notes each.</summary>
    public long SkipMask;

    /// <summary>How many notes there are.</summary>
    public int Count;

    /// <summary>How often the policy was told since the last newcomer that this thread knew of.</summary>
    public long Told;

    public long NewcomersSeen;

    /// <summary>Each note is a slot and, above it, the hash of the key that was in it.</summary>
    public readonly long[] Notes = new long[Capacity];

    public Padding After;

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    internal struct Padding;
}
