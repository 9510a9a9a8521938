using Vouch.Caching.Tags;

namespace Vouch.Caching.Storage;

/// <summary>How one entry is kept, worked out from its own options and the cache's.</summary>
internal struct EntryTerms
{
    public long Now;
    public long Deadline;
    public long Limit;
    public uint Slide;
    public long Weight;
    public TagStamp? Tags;

    public readonly EntryParts Parts(bool timed) =>
        (timed ? EntryParts.Deadlines : EntryParts.None) | (Slide > 0 ? EntryParts.Sliding | EntryParts.Limits : EntryParts.None) | (Tags is null ? EntryParts.None : EntryParts.Tags);
}
