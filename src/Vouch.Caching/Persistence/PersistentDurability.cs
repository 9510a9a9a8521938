namespace Vouch.Caching.Persistence;

/// <summary>What a write to a <see cref="PersistentCache"/> has survived when it returns. Every level survives the death of the process (kill -9 included): what differs is a power failure.</summary>
public enum PersistentDurability
{
    /// <summary>The death of the process. When the operating system writes the pages to the disk is its own affair, and at <see cref="PersistentCache.Flush"/> and on closing they are forced there.</summary>
    Process = 0,

    /// <summary>As <see cref="Process"/>, and pages are forced to the disk every <see cref="PersistentCacheOptions.FlushInterval"/>: a power failure takes at most what was written since.</summary>
    Interval,

    /// <summary>A power failure too: the write is forced to the disk before it returns. Writes that wait at the same time share one flush (group commit).</summary>
    EveryWrite,
}
