using System.Runtime.CompilerServices;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    // While no newcomer comes, the policy has nothing to decide. Once it has heard of as many reads as there are entries, it hears only of every eighth, until the next newcomer.
    private const long CalmMask = 7;

    // One for each thread that read; the one of index 0 is shared by the threads that have no index of their own, and counts by atomic instructions in _sharedHits and so on.
    private readonly ReadStripe?[] _stripes = new ReadStripe?[ThreadIndex.Count];
    private long _sharedHits;
    private long _sharedMisses;
    private long _staleHits;
    private long _loads;
    private long _loadFailures;

    // Under the lock.
    private long _additions;
    private long _replacements;
    private long _evictions;
    private long _expirations;
    private long _removals;
    private long _rejections;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteHit(ReadStripe stripe, int slot, uint hash)
    {
        long hits = stripe.Hits;
        stripe.Hits = hits + 1;
        if ((hits & stripe.SkipMask) == 0)
        {
            int count = stripe.Count;
            stripe.Notes[count] = ((long)hash << 32) | (uint)slot;
            stripe.Count = count + 1;
            if (count == ReadStripe.Capacity - 1)
            {
                TellPolicy(stripe);
            }
        }
    }

    private void NoteSharedHit(int slot, uint hash)
    {
        Interlocked.Increment(ref _sharedHits);
        if (_lock.TryEnter())
        {
            try
            {
                TellPolicyOf(slot, hash);
            }
            finally
            {
                _lock.Exit();
            }
        }
    }

    private void CountMiss(ReadStripe? stripe)
    {
        if (stripe is not null)
        {
            stripe.Misses++;
        }
        else
        {
            Interlocked.Increment(ref _sharedMisses);
        }
    }

    // Rare, and from any thread.
    private void CountStaleHits(int count) => Interlocked.Add(ref _staleHits, count);

    // The stripe of this thread, made at its first read; null where the thread has no index of its own. No other thread touches its place.
    private ReadStripe? OwnStripe()
    {
        int index = ThreadIndex.Current;
        return index == 0 ? null : _stripes[index] ??= new ReadStripe();
    }

    // The policy hears of reads in batches, from the thread that made them, when nobody else holds the lock; otherwise the batch is dropped. It is a hint.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TellPolicy(ReadStripe stripe)
    {
        if (!_lock.TryEnter())
        {
            stripe.Count = 0;
            return;
        }

        try
        {
            TellPolicyLocked(stripe);
            if (stripe.NewcomersSeen != _newcomers)
            {
                stripe.NewcomersSeen = _newcomers;
                stripe.Told = 0;
                stripe.SkipMask = 0;
            }
            else if ((stripe.Told += ReadStripe.Capacity) >= _count)
            {
                stripe.SkipMask = CalmMask;
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void TellPolicyLocked(ReadStripe stripe)
    {
        int count = stripe.Count;
        stripe.Count = 0;
        for (int i = 0; i < count; i++)
        {
            long note = stripe.Notes[i];
            TellPolicyOf((int)note, (uint)(note >> 32));
        }
    }

    // Since the read, the slot may have been emptied or given to another key.
    private void TellPolicyOf(int slot, uint hash)
    {
        ref Entry<TKey, TValue> entry = ref _table.Entries[slot];
        if (entry.Hash == hash && !entry.IsFree)
        {
            _policy.Hit(slot);
        }
    }

    private CacheStatistics CountAll()
    {
        long hits = Interlocked.Read(ref _sharedHits);
        long misses = Interlocked.Read(ref _sharedMisses);
        foreach (ReadStripe? stripe in _stripes)
        {
            if (stripe is not null)
            {
                hits += Volatile.Read(ref stripe.Hits);
                misses += Volatile.Read(ref stripe.Misses);
            }
        }

        lock (_lock)
        {
            return new CacheStatistics
            {
                Hits = hits,
                Misses = misses,
                StaleHits = Interlocked.Read(ref _staleHits),
                Additions = _additions,
                Replacements = _replacements,
                Evictions = _evictions,
                Expirations = _expirations,
                Removals = _removals,
                Rejections = _rejections,
                Loads = Interlocked.Read(ref _loads),
                LoadFailures = Interlocked.Read(ref _loadFailures),
                Count = _count,
                Weight = _weight,
            };
        }
    }
}
