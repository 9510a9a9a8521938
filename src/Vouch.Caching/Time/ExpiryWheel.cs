using System.Numerics;

namespace Vouch.Caching.Time;

/// <summary>Knows which slots are past their time without looking at the others. Used under the cache's lock.</summary>
/// <remarks>
/// A hierarchical timing wheel (Varghese and Lauck, SOSP 1987; as in Caffeine): six rings of 64 buckets, the finest of 64 ms, the coarsest of two years.
/// Scheduling is O(1); a slot moves at most five times to a finer ring. Deadlines that readers moved are noticed when the old one comes, and scheduled anew.
/// </remarks>
internal sealed class ExpiryWheel
{
    private const int Rings = 6;
    private const int RingBits = 6;
    private const int Buckets = 1 << RingBits;
    private const int TickBits = 6;
    private const int Due = Rings * Buckets; // the list of slots that are past their time
    private const int Lists = Due + 1;

    // Nodes 0 to Lists - 1 are the heads of circular lists; node Lists + slot is a slot. A next of -1: the slot is in no list.
    private int[] _next;
    private int[] _previous;
    private readonly ulong[] _occupied = new ulong[Rings];
    private long _tick;

    public ExpiryWheel(long now)
    {
        _tick = now >> TickBits;
        _next = new int[Lists];
        _previous = new int[Lists];
        for (int i = 0; i < Lists; i++)
        {
            _next[i] = _previous[i] = i;
        }
    }

    public int Count { get; private set; }

    public void EnsureSlots(int slots)
    {
        int old = _next.Length;
        if (old < Lists + slots)
        {
            Array.Resize(ref _next, Lists + slots);
            Array.Resize(ref _previous, Lists + slots);
            _next.AsSpan(old).Fill(-1);
        }
    }

    /// <summary>Puts a slot where it comes up when <paramref name="due"/> has passed.</summary>
    public void Schedule(int slot, long due)
    {
        Cancel(slot);
        Count++;
        Link(slot, due);
    }

    public void Cancel(int slot)
    {
        int node = Lists + slot;
        int next = _next[node];
        if (next >= 0)
        {
            int previous = _previous[node];
            _next[previous] = next;
            _previous[next] = previous;
            _next[node] = -1;
            Count--;
        }
    }

    /// <summary>Moves the wheel on. Slots that come up are checked against <paramref name="deadlines"/>: those past their time become due, the others are scheduled anew.</summary>
    /// <param name="now">The time in ms.</param>
    /// <param name="deadlines">Each slot's deadline word.</param>
    /// <param name="retention">How long past its deadline a slot stays.</param>
    public void Advance(long now, long[] deadlines, long retention)
    {
        long before = _tick;
        long tick = now >> TickBits;
        if (tick <= before)
        {
            return;
        }

        _tick = tick;
        for (int ring = 0; ring < Rings; ring++)
        {
            long from = before >> (RingBits * ring);
            long to = tick >> (RingBits * ring);
            if (to == from)
            {
                break;
            }

            // The finest ring's bucket of `from` has been emptied; a coarser one's still holds what lies ahead in it only until it is entered, which was at `from`.
            long steps = Math.Min(to - from, Buckets);
            for (long step = to - steps + 1; step <= to; step++)
            {
                int bucket = (int)(step & (Buckets - 1));
                if ((_occupied[ring] & (1UL << bucket)) != 0)
                {
                    _occupied[ring] &= ~(1UL << bucket);
                    Empty((ring * Buckets) + bucket, now, deadlines, retention);
                }
            }
        }
    }

    /// <summary>Takes a slot that is past its time from the wheel; -1 where there is none.</summary>
    public int TakeDue()
    {
        int node = _next[Due];
        if (node == Due)
        {
            return -1;
        }

        Cancel(node - Lists);
        return node - Lists;
    }

    public bool HasDue => _next[Due] != Due;

    /// <summary>When <see cref="Advance"/> will next find something to do, in ms; <see cref="CacheClock.Never"/> where nothing is scheduled.</summary>
    public long NextTime()
    {
        if (HasDue)
        {
            return _tick << TickBits;
        }

        long next = CacheClock.Never;
        for (int ring = 0; ring < Rings; ring++)
        {
            if (_occupied[ring] == 0)
            {
                continue;
            }

            long at = _tick >> (RingBits * ring);
            int ahead = 1 + BitOperations.TrailingZeroCount(BitOperations.RotateRight(_occupied[ring], (int)((at + 1) & (Buckets - 1))));
            next = Math.Min(next, ((at + ahead) << (RingBits * ring)) << TickBits);
        }

        return next;
    }

    private void Empty(int list, long now, long[] deadlines, long retention)
    {
        int node = _next[list];
        _next[list] = _previous[list] = list;
        while (node != list)
        {
            int next = _next[node];
            long due = CacheClock.Add(DeadlineWord.Deadline(Volatile.Read(ref deadlines[node - Lists])), retention);
            if (due <= now)
            {
                LinkTo(Due, node);
            }
            else
            {
                Link(node - Lists, due);
            }

            node = next;
        }
    }

    private void Link(int slot, long due)
    {
        // Rounded up: when a bucket comes up, everything in it is past its time.
        long tick = Math.Max(_tick + 1, (due + (1 << TickBits) - 1) >> TickBits);
        int ring = 0;
        while (ring < Rings - 1 && (tick >> (RingBits * ring)) - (_tick >> (RingBits * ring)) >= Buckets)
        {
            ring++;
        }

        long step = Math.Min(tick >> (RingBits * ring), (_tick >> (RingBits * ring)) + Buckets - 1);
        int bucket = (int)(step & (Buckets - 1));
        _occupied[ring] |= 1UL << bucket;
        LinkTo((ring * Buckets) + bucket, Lists + slot);
    }

    private void LinkTo(int list, int node)
    {
        int last = _previous[list];
        _next[node] = list;
        _previous[node] = last;
        _next[last] = node;
        _previous[list] = node;
    }
}
