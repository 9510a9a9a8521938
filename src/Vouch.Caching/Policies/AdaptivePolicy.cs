namespace Vouch.Caching.Policies;

/// <summary>The default of small caches: a committee while the hit density is still learning, and the hit density alone once it is no worse than the best of the others.</summary>
/// <remarks>
/// <para>
/// A small cache has seen thousands of requests, not millions, when it must already decide well: LIRS and LRU know what to do from the first request on, a density has to be learnt. So a
/// <see cref="CommitteePolicy"/> of the three begins. After <see cref="Steady"/> requests and twice the capacity, and then every quarter of that, the density's hits are compared with those of whoever leads: when it
/// is no further behind than the square root of the leader's hits (about what chance alone makes of two equal policies), and these are so many that the root is 2 % of them (where hits are rare: when it leads, lately and since the beginning), it takes over with all it has
/// learnt. The committee, its shadows and their memory go; from then on a miss costs what it costs in a large cache. Where another stays better, the committee stays.
/// </para>
/// </remarks>
internal sealed class AdaptivePolicy : EvictionPolicy
{
    private const long Steady = 40_000;
    private const int Density = 2; // which member of the committee it is
    private readonly string _name;
    private readonly long _period;
    private readonly HitDensityPolicy _density;
    private EvictionPolicy _current;
    private CommitteePolicy? _committee;
    private long _untilElection;
    private int _slots;

    /// <param name="name">The name it goes by.</param>
    /// <param name="capacity">What the cache holds.</param>
    public AdaptivePolicy(string name, long capacity)
    {
        _name = name;
        _density = new HitDensityPolicy(name, perWeight: true);
        _current = _committee = new CommitteePolicy(name, capacity, new LirsPolicy(capacity), new LruPolicy(), _density);
        _untilElection = (2 * capacity) + Steady;
        _period = _untilElection / 4;
    }

    public override string Name => _name;

    /// <summary>Whether the committee decides still.</summary>
    public bool HasCommittee => _committee is not null;

    public override void EnsureSlots(int slots)
    {
        _slots = Math.Max(_slots, slots);
        _current.EnsureSlots(slots);
    }

    public override void Hit(int slot)
    {
        _current.Hit(slot);
        _untilElection--;
    }

    public override void Insert(int slot, ulong hash, long weight)
    {
        if (--_untilElection <= 0 && _committee is not null)
        {
            Elect(_committee);
        }

        _current.Insert(slot, hash, weight);
    }

    public override void Reweigh(int slot, long weight) => _current.Reweigh(slot, weight);

    public override int Victim() => _current.Victim();

    public override void Remove(int slot, bool evicted) => _current.Remove(slot, evicted);

    private void Elect(CommitteePolicy committee)
    {
        _untilElection = _period;
        if (committee.IsNoWorse(Density))
        {
            _density.Renumber(committee.SlotsOf(Density), committee.HashesOfSlots(), committee.WeightsOfSlots());
            _density.EnsureSlots(_slots);
            _current = _density;
            _committee = null;
        }
    }
}
