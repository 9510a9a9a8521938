using System.Runtime.CompilerServices;

namespace Vouch.Observability.Metrics;

/// <summary>Series by name and tags: found without a lock, added under the registry's.</summary>
/// <remarks>Open addressing over an array that is replaced when it is half full; entries are never removed, so a reader of an old array only misses what is new and then looks under the lock.</remarks>
internal sealed class SeriesTable
{
    private MetricSeries?[] _entries = new MetricSeries?[64];
    private int _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MetricSeries? Find(string name, ulong hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries?[] entries = Volatile.Read(ref _entries);
        uint mask = (uint)entries.Length - 1;
        for (uint at = (uint)hash & mask; entries[at] is { } entry; at = (at + 1) & mask)
        {
            if (entry.Hash == hash && (ReferenceEquals(entry.Name, name) || entry.Name == name) && Match(entry.TagArray, tags))
            {
                return entry;
            }
        }

        return null;
    }

    public void Add(MetricSeries series)
    {
        MetricSeries?[] entries = _entries;
        if (2 * (_count + 1) > entries.Length)
        {
            var larger = new MetricSeries?[2 * entries.Length];
            foreach (MetricSeries? entry in entries)
            {
                if (entry is not null)
                {
                    Insert(larger, entry);
                }
            }

            Insert(larger, series);
            Volatile.Write(ref _entries, larger);
        }
        else
        {
            Insert(entries, series);
        }

        _count++;
    }

    private static void Insert(MetricSeries?[] entries, MetricSeries series)
    {
        uint mask = (uint)entries.Length - 1;
        uint at = (uint)series.Hash & mask;
        while (entries[at] is not null)
        {
            at = (at + 1) & mask;
        }

        // The series is complete before others see it.
        Volatile.Write(ref entries[at], series);
    }

    private static bool Match(KeyValuePair<string, object?>[] left, ReadOnlySpan<KeyValuePair<string, object?>> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (!Match(left[i], right[i]))
            {
                return MatchInAnyOrder(left, right);
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Match(in KeyValuePair<string, object?> left, in KeyValuePair<string, object?> right) =>
        (ReferenceEquals(left.Key, right.Key) || left.Key == right.Key)
        && (ReferenceEquals(left.Value, right.Value) || (left.Value is string text ? right.Value is string other && text == other : left.Value?.Equals(right.Value) == true));

    // Every tag of one side has its own on the other; tags may repeat.
    private static bool MatchInAnyOrder(KeyValuePair<string, object?>[] left, ReadOnlySpan<KeyValuePair<string, object?>> right)
    {
        if (left.Length > 64)
        {
            return false;
        }

        ulong taken = 0;
        foreach (KeyValuePair<string, object?> tag in left)
        {
            int at = 0;
            while (at < right.Length && ((taken >> at & 1) != 0 || !Match(tag, right[at])))
            {
                at++;
            }

            if (at == right.Length)
            {
                return false;
            }

            taken |= 1UL << at;
        }

        return true;
    }
}
