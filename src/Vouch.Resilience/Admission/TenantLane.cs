namespace Vouch.Resilience.Admission;

/// <summary>The waiting calls of one tenant and one priority.</summary>
internal sealed class TenantLane(string tenant, int priority)
{
    /// <summary>Those with enough time left, the nearest deadline first.</summary>
    public CallList Fresh;

    /// <summary>Those that a usual attempt might not serve in time: they get what is left over, or are saved when the back end becomes fast again.</summary>
    public CallList Stale;

    /// <summary>How much the tenant was given; the least served goes first (start-time fair queueing, Goyal, Vin and Cheng, SIGCOMM 1996).</summary>
    public double Served;

    public string Tenant => tenant;

    public int Priority => priority;

    public int Count => Fresh.Count + Stale.Count;

    /// <summary>Finds who goes next.</summary>
    /// <param name="now">The time.</param>
    /// <param name="need">What a call must have left.</param>
    public GuardedCall? Candidate(long now, long need)
    {
        while (Fresh.Head is { } head && head.Deadline - now < need)
        {
            Fresh.Remove(head);
            head.IsStale = true;
            Stale.AddByDeadline(head);
        }

        // Where the back end became faster, those who waited longest can be served again: they have the least time, so they go first.
        return Stale.Tail is { } stale && stale.Deadline - now >= need ? stale : Fresh.Head;
    }

    public void Add(GuardedCall call)
    {
        call.Lane = this;
        call.IsStale = false;
        Fresh.AddByDeadline(call);
    }

    public void Remove(GuardedCall call)
    {
        (call.IsStale ? ref Stale : ref Fresh).Remove(call);
        call.Lane = null;
    }

    /// <summary>The call with the nearest deadline.</summary>
    public GuardedCall? Oldest() => Stale.Head ?? Fresh.Head;
}
