using Vouch.Caching.Storage;
using Vouch.Caching.Time;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    /// <summary>What the tiers need to know of an entry to pass it on. Not counted as a read; an entry past its time is given too, while it is in memory.</summary>
    internal bool TryGetEntry(TKey key, out EntrySnapshot<TValue> entry)
    {
        if (!TryPeek(key, Upper(Hash(key)), out TValue value, out EntryView view))
        {
            entry = default;
            return false;
        }

        long left = view.Deadline >= CacheClock.Never ? CacheClock.Never : view.Deadline - Now();
        entry = new EntrySnapshot<TValue>(value, left >= CacheClock.Never ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(0, left)), view.Tags?.Tags ?? [], view.Tags?.Created ?? long.MinValue);
        return true;
    }
}
