namespace Vouch.Resilience.Admission;

/// <summary>Who waits, in the order in which they will be served: by priority, within it fairly by tenant, within that by deadline.</summary>
/// <remarks>Not safe to share: the gate's lock guards it. Finding the next one takes time in proportion to the tenants that wait.</remarks>
internal sealed class WaitingRoom
{
    private const int Levels = 10;

    private static readonly List<TenantLane> NoLanes = [];

    private readonly List<TenantLane>[] _levels = new List<TenantLane>[Levels];
    private readonly double[] _served = new double[Levels];

    public int Count { get; private set; }

    public void Add(GuardedCall call)
    {
        List<TenantLane> lanes = _levels[call.Priority] ??= [];
        TenantLane? lane = null;
        foreach (TenantLane candidate in lanes)
        {
            if (candidate.Tenant == call.Tenant)
            {
                lane = candidate;
                break;
            }
        }

        if (lane is null)
        {
            lane = new TenantLane(call.Tenant, call.Priority) { Served = _served[call.Priority] };
            lanes.Add(lane);
        }
        else if (lane.Count == 0)
        {
            // A tenant that was away gets no credit for it.
            lane.Served = Math.Max(lane.Served, _served[call.Priority]);
        }

        lane.Add(call);
        Count++;
    }

    public void Remove(GuardedCall call)
    {
        TenantLane lane = call.Lane!;
        lane.Remove(call);
        Count--;
        if (lane.Count == 0 && _levels[lane.Priority].Count > 1)
        {
            _levels[lane.Priority].Remove(lane);
        }
    }

    /// <summary>Takes who goes next.</summary>
    /// <param name="now">The time.</param>
    /// <param name="need">What a call should have left before its deadline.</param>
    /// <param name="least">What it must have left for an attempt to have a chance at all.</param>
    public GuardedCall? Take(long now, long need, long least)
    {
        if (Count == 0)
        {
            return null;
        }

        for (int level = Levels - 1; level >= 0; level--)
        {
            TenantLane? best = null;
            GuardedCall? next = null;
            foreach (TenantLane lane in _levels[level] ?? NoLanes)
            {
                if ((best is null || lane.Served < best.Served) && lane.Candidate(now, need) is { } candidate)
                {
                    best = lane;
                    next = candidate;
                }
            }

            if (next is not null)
            {
                _served[level] = best!.Served;
                best.Served++;
                Remove(next);
                return next;
            }
        }

        // There is room and nobody who surely makes it: those who may make it lose nothing by trying.
        for (int level = Levels - 1; level >= 0; level--)
        {
            foreach (TenantLane lane in _levels[level] ?? NoLanes)
            {
                if (lane.Stale.Tail is { } stale && stale.Deadline - now >= least)
                {
                    Remove(stale);
                    return stale;
                }
            }
        }

        return null;
    }

    /// <summary>Takes a call for which it is too late.</summary>
    public GuardedCall? TakeExpired(long now, long least)
    {
        foreach (List<TenantLane>? lanes in _levels)
        {
            foreach (TenantLane lane in lanes ?? NoLanes)
            {
                GuardedCall? oldest = lane.Stale.Head is { } stale && stale.Deadline - now < least ? stale : lane.Fresh.Head;
                if (oldest is not null && oldest.Deadline - now < least)
                {
                    Remove(oldest);
                    return oldest;
                }
            }
        }

        return null;
    }

    /// <summary>The nearest deadline of all, or <see cref="long.MaxValue"/>.</summary>
    public long FirstDeadline()
    {
        long first = long.MaxValue;
        foreach (List<TenantLane>? lanes in _levels)
        {
            foreach (TenantLane lane in lanes ?? NoLanes)
            {
                first = Math.Min(first, Math.Min(lane.Stale.Head?.Deadline ?? long.MaxValue, lane.Fresh.Head?.Deadline ?? long.MaxValue));
            }
        }

        return first;
    }

    /// <summary>Takes the call that must make way for another one, or says that the other one must.</summary>
    /// <returns>A call of a lower priority, or of the tenant of the same priority that has most waiting; null where that is the other call's own tenant.</returns>
    public GuardedCall? TakeForSakeOf(GuardedCall other)
    {
        for (int level = 0; level <= other.Priority; level++)
        {
            TenantLane? longest = null;
            int own = 0;
            foreach (TenantLane lane in _levels[level] ?? NoLanes)
            {
                if (longest is null || lane.Count > longest.Count)
                {
                    longest = lane;
                }

                own = level == other.Priority && lane.Tenant == other.Tenant ? lane.Count : own;
            }

            if (longest is { Count: > 0 })
            {
                if (level == other.Priority && own >= longest.Count)
                {
                    return null;
                }

                GuardedCall victim = longest.Oldest()!;
                Remove(victim);
                return victim;
            }
        }

        return null;
    }
}
