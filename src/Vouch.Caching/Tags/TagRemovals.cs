using System.Collections.Concurrent;

namespace Vouch.Caching.Tags;

/// <summary>When each tag was last removed. An entry made before that is not served; it leaves memory when it is met.</summary>
/// <remarks>Thread-safe. Bounded by the sweep of the cache: once all entries of before a removal are gone, the removal is forgotten (<see cref="ForgetUntil"/>).</remarks>
internal sealed class TagRemovals
{
    private readonly ConcurrentDictionary<string, long> _removed = new(StringComparer.Ordinal);
    private long _latest = long.MinValue;

    /// <summary>How many removals are remembered.</summary>
    public int Count => _removed.Count;

    /// <summary>The instant of the latest removal.</summary>
    public long Latest => Volatile.Read(ref _latest);

    public void Remove(string tag, long instant)
    {
        _removed.AddOrUpdate(tag, static (_, now) => now, static (_, old, now) => Math.Max(old, now), instant);
        long latest = Volatile.Read(ref _latest);
        while (latest < instant)
        {
            latest = Interlocked.CompareExchange(ref _latest, instant, latest);
        }
    }

    /// <summary>Whether a value that began to be made at <paramref name="created"/> was removed by one of its tags.</summary>
    public bool Covers(string[] tags, long created)
    {
        if (created > Volatile.Read(ref _latest))
        {
            return false;
        }

        foreach (string tag in tags)
        {
            if (_removed.TryGetValue(tag, out long removed) && created <= removed)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets removals up to an instant: no value made before it exists any more.</summary>
    public void ForgetUntil(long instant)
    {
        foreach (KeyValuePair<string, long> removal in _removed)
        {
            if (removal.Value <= instant)
            {
                _removed.TryRemove(removal);
            }
        }
    }
}
