using Vouch.Caching.Tags;
using Vouch.Caching.Time;

namespace Vouch.Caching.Storage;

/// <summary>What was read of an entry beside its value, all of one instant.</summary>
internal struct EntryView
{
    /// <summary>Deadline and reuse count as <see cref="DeadlineWord"/> packs them.</summary>
    public long Word;

    /// <summary>The milliseconds by which a read moves the deadline; 0 for none.</summary>
    public uint Slide;

    /// <summary>Where sliding ends.</summary>
    public long Limit;

    public TagStamp? Tags;

    public readonly long Deadline => DeadlineWord.Deadline(Word);
}
