namespace Vouch.Security.RateLimiting;

public sealed partial class KeyedRateLimiter<TKey>
{
    /// <summary>The first call of a key, or the first since its bucket was given up.</summary>
    private RateLimitDecision Begin(TKey key, ulong hash, int quantity, long now, in RateQuota quota)
    {
        // Keys of one lock begin one after another, so that no key gets two slots.
        lock (_locks[hash & 63])
        {
            while (true)
            {
                int known = Find(key, hash, out long tat);
                if (known >= 0)
                {
                    if (TryTake(known, tat, quantity, now, in quota, out RateLimitDecision decision))
                    {
                        return decision;
                    }

                    continue;
                }

                // A caller with a stale time must not find a bucket fuller than the one that was given up under a newer time.
                long start = Volatile.Read(ref _forgotten);
                if (quantity > quota.Burst)
                {
                    return Gcra.NeverGrantable(in quota, start, now);
                }

                bool allowed = Gcra.Allows(start, now, in quota, quantity, out long next);
                if (!allowed)
                {
                    return Gcra.Exhausted(in quota, start, next, now);
                }

                if (quantity == 0)
                {
                    return Gcra.Granted(in quota, next, now);
                }

                int slot = Claim(hash, now, out long wait);
                if (slot < 0)
                {
                    return new RateLimitDecision(RateLimitOutcome.Saturated, in quota, 0, Math.Max(1, wait));
                }

                // What was given up for this place counts too: the slot's number must grow, see TryTake.
                start = Volatile.Read(ref _forgotten);
                allowed = Gcra.Allows(start, now, in quota, quantity, out next);
                _keys[slot] = key;
                Volatile.Write(ref _tags[slot], Tag(hash));
                Volatile.Write(ref _cells[slot], allowed ? next : start + 1);
                return allowed ? Gcra.Granted(in quota, next, now) : Gcra.Exhausted(in quota, start, next, now);
            }
        }
    }

    /// <summary>Makes a slot of the key's two groups the caller's own, marked busy: an empty one of the emptier group, or the longest full bucket; -1 where all owe.</summary>
    private int Claim(ulong hash, long now, out long wait)
    {
        int first = (int)FirstGroup(hash) * GroupSize;
        int second = (int)SecondGroup(hash) * GroupSize;
        while (true)
        {
            int emptyOfFirst = 0;
            int emptyOfSecond = 0;
            int best = -1;
            long lowest = Busy;
            for (int i = 0; i < GroupSize; i++)
            {
                Look(first + i, ref emptyOfFirst, ref best, ref lowest);
                Look(second + i, ref emptyOfSecond, ref best, ref lowest);
            }

            if (emptyOfSecond > emptyOfFirst)
            {
                best = IndexOfEmpty(second, best);
            }
            else if (emptyOfFirst > 0)
            {
                best = IndexOfEmpty(first, best);
            }

            if (best < 0 || lowest > now)
            {
                wait = lowest == Busy ? 1 : lowest - now;
                return -1;
            }

            // The mark of what is forgotten moves before the slot does, so that whoever finds the key gone finds the mark moved.
            long tat = Volatile.Read(ref _cells[best]);
            if (tat > now)
            {
                continue;
            }

            RaiseForgotten(tat);
            if (Interlocked.CompareExchange(ref _cells[best], Busy, tat) == tat)
            {
                if (tat == 0)
                {
                    Interlocked.Increment(ref _count);
                }

                wait = 0;
                return best;
            }
        }
    }

    private void Look(int slot, ref int empty, ref int best, ref long lowest)
    {
        long tat = Volatile.Read(ref _cells[slot]);
        empty += tat == 0 ? 1 : 0;
        if (tat < lowest)
        {
            lowest = tat;
            best = slot;
        }
    }

    private int IndexOfEmpty(int first, int otherwise)
    {
        for (int i = 0; i < GroupSize; i++)
        {
            if (Volatile.Read(ref _cells[first + i]) == 0)
            {
                return first + i;
            }
        }

        return otherwise;
    }

    private void RaiseForgotten(long tat)
    {
        long seen = Volatile.Read(ref _forgotten);
        while (seen < tat)
        {
            long found = Interlocked.CompareExchange(ref _forgotten, tat, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
