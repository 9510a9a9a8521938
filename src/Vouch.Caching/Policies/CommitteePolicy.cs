namespace Vouch.Caching.Policies;

/// <summary>Follows whichever of several policies lately had most hits: each runs on the whole stream in a <see cref="ShadowCache"/> of the same capacity, and the entry to leave is one that the best of them do not hold.</summary>
/// <remarks>
/// <para>
/// Every policy's vote on an entry is whether its shadow holds it; votes weigh exp(-hits behind the leader / 5), hits counted with a half-life of the capacity plus 20,000 requests. Entries wait in one list per
/// combination of votes, so that a victim is found in constant time. Because a leader is followed only by evicting what it does not hold, a change of leader costs nothing at once, and near ties are
/// decided by agreement: that is the hysteresis. Weights are those of Hedge (Y. Freund and R. E. Schapire, "A decision-theoretic generalization of on-line learning", JCSS 1997) with discounting.
/// </para>
/// <para>Keeps a few hundred bytes per entry: for caches of up to some thousands. The policies' own costs add up.</para>
/// </remarks>
internal sealed class CommitteePolicy : EvictionPolicy
{
    private const double Sharpness = 0.2;
    private const double Steady = 20_000;
    private const double EnoughHits = 2_500; // at which that root is 2 %
    private const int VictimsPerCount = 7; // votes are counted anew after so many victims more
    private const double FirstLead = 5; // hits that the first policy is ahead at the start
    private readonly string _name;
    private readonly ShadowCache[] _shadows;
    private readonly double[] _scores;
    private readonly int[] _order; // of lists, by their votes
    private readonly long[] _hits; // of each policy since the beginning
    private long _requests;
    private int _untilCount;
    private readonly double _growth;
    private readonly long _capacity;
    private readonly SlotLists _lists;
    private readonly int[] _inList;
    private readonly HashDirectory _directory = new();
    private readonly Weights _weights = new(); // of keys
    private byte[] _held = []; // by which shadows, of a key
    private int[] _slotOf = []; // the cache's own slot of a key, + 1
    private int[] _freeKeys = [];
    private int _freeCount;
    private int _usedKeys;
    private int[] _keys = []; // of the cache's own slots
    private byte[] _list = [];
    private double _unit = 1; // what a hit counts now; grows instead of the scores fading

    /// <param name="name">The name it goes by.</param>
    /// <param name="capacity">What the cache holds.</param>
    /// <param name="policies">At most eight; the first leads until another has proven better.</param>
    public CommitteePolicy(string name, long capacity, params ReadOnlySpan<EvictionPolicy> policies)
    {
        _name = name;
        _capacity = capacity;
        _shadows = new ShadowCache[policies.Length];
        for (int i = 0; i < policies.Length; i++)
        {
            _shadows[i] = new ShadowCache(policies[i], capacity);
        }

        _scores = new double[policies.Length];
        _hits = new long[policies.Length];
        _order = new int[1 << policies.Length];
        _scores[0] = FirstLead;
        _lists = new SlotLists(1 << policies.Length);
        _inList = new int[1 << policies.Length];
        _growth = Math.Pow(2, 1 / (capacity + Steady));
    }

    public override string Name => _name;

    /// <summary>Whether a member is no further behind the leader than chance might put one of two equals: the square root of the leader's hits, of which there must be enough to tell.</summary>
    /// <remarks>
    /// Where hits are lately too few to tell, those since the beginning count, and the member must lead in both: what comes with rare hits is no steady traffic, and being as good as
    /// the leader so far promises little. Where there are fewer than one in a thousand requests even so, there is too little to gain.
    /// </remarks>
    public bool IsNoWorse(int member)
    {
        double lately = _scores.Max() / _unit;
        double behind = lately - (_scores[member] / _unit);
        if (lately >= EnoughHits)
        {
            return behind <= Math.Sqrt(lately);
        }

        long ever = _hits.Max();
        return ever >= EnoughHits ? behind <= 0 && _hits[member] == ever : _requests >= EnoughHits * 1000;
    }

    /// <summary>For each of the cache's own slots, where a member's shadow holds its key: -1 where it does not hold it, -2 where the slot is free.</summary>
    public int[] SlotsOf(int member)
    {
        int[] slots = new int[_keys.Length];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            slots[slot] = IsUsed(slot) ? _shadows[member].SlotOf(_keys[slot]) : -2;
        }

        return slots;
    }

    /// <summary>The hash of the key in each of the cache's own slots; 0 where it is free.</summary>
    public ulong[] HashesOfSlots() => [.. Enumerable.Range(0, _keys.Length).Select(slot => IsUsed(slot) ? _directory.Hash(_keys[slot]) : 0)];

    /// <summary>The weight of the key in each of the cache's own slots; 1 where it is free.</summary>
    public long[] WeightsOfSlots() => [.. Enumerable.Range(0, _keys.Length).Select(slot => IsUsed(slot) ? _weights[_keys[slot]] : 1)];

    public override void EnsureSlots(int slots)
    {
        if (slots > _keys.Length)
        {
            Array.Resize(ref _keys, slots);
            Array.Resize(ref _list, slots);
            _lists.EnsureSlots(slots);
        }
    }

    public override void Hit(int slot)
    {
        int key = _keys[slot];
        Follow(key);
        _lists.Unlink(slot);
        _lists.AddFirst(_list[slot], slot);
    }

    public override void Insert(int slot, ulong hash, long weight)
    {
        int key = _directory.Find(hash);
        if (key < 0 || _slotOf[key] > 0) // one that the cache holds with the same hash is another key
        {
            key = TakeKey();
            _directory.Add(key, hash);
            _weights.Set(key, weight);
        }
        else
        {
            ReweighKey(key, weight);
        }

        _keys[slot] = key;
        _slotOf[key] = slot + 1;
        _list[slot] = _held[key];
        _inList[_held[key]]++;
        _lists.AddFirst(_held[key], slot);
        Follow(key);
    }

    public override void Reweigh(int slot, long weight) => ReweighKey(_keys[slot], weight);

    public override int Victim()
    {
        if (_untilCount-- == 0)
        {
            CountVotes();
        }

        int turn = 0;
        while (_inList[_order[turn]] == 0)
        {
            turn++;
        }

        return _lists.Last(_order[turn]);
    }

    public override void Remove(int slot, bool evicted)
    {
        int key = _keys[slot];
        _lists.Unlink(slot);
        _inList[_list[slot]]--;
        _slotOf[key] = 0;
        for (int i = 0; !evicted && i < _shadows.Length; i++)
        {
            if ((_held[key] >> i & 1) != 0)
            {
                Drop(i, key, evicted: false);
            }
        }

        FreeWhenUnused(key);
    }

    // Lists by the votes that their entries have, least first.
    private void CountVotes()
    {
        _untilCount = VictimsPerCount;
        double best = _scores.Max();
        Span<double> votes = stackalloc double[_order.Length];
        votes.Clear();
        for (int i = 0; i < _scores.Length; i++)
        {
            double vote = Math.Exp(Sharpness * (_scores[i] - best) / _unit);
            for (int list = 0; list < votes.Length; list++)
            {
                votes[list] += (list >> i & 1) * vote;
            }
        }

        for (int list = 0; list < votes.Length; list++)
        {
            int place = list;
            for (; place > 0 && votes[_order[place - 1]] > votes[list]; place--)
            {
                _order[place] = _order[place - 1];
            }

            _order[place] = list;
        }
    }

    // Every policy sees the read. The key must be one of the cache's own.
    private void Follow(int key)
    {
        long weight = _weights[key];
        _requests++;
        Fade();
        for (int i = 0; i < _shadows.Length; i++)
        {
            if ((_held[key] >> i & 1) != 0)
            {
                _shadows[i].Hit(key);
                _scores[i] += _unit;
                _hits[i]++;
            }
            else if (weight <= _capacity)
            {
                _shadows[i].Insert(key, _directory.Hash(key), weight);
                _held[key] |= (byte)(1 << i);
            }

            while (_shadows[i].Evict() is >= 0 and int victim)
            {
                Drop(i, victim, evicted: true);
                if (_slotOf[victim] > 0)
                {
                    Recount(victim);
                }
                else
                {
                    FreeWhenUnused(victim);
                }
            }
        }

        Recount(key);
    }

    private void ReweighKey(int key, long weight)
    {
        for (int i = 0; i < _shadows.Length; i++)
        {
            if ((_held[key] >> i & 1) != 0)
            {
                _shadows[i].Reweigh(key, _weights[key], weight);
            }
        }

        _weights.Set(key, weight);
    }

    private bool IsUsed(int slot) => _usedKeys > 0 && _slotOf[_keys[slot]] == slot + 1;

    private void Drop(int shadow, int key, bool evicted)
    {
        _shadows[shadow].Remove(key, _weights[key], evicted);
        _held[key] &= (byte)~(1 << shadow);
    }

    private void Recount(int key)
    {
        int slot = _slotOf[key] - 1;
        if (_list[slot] != _held[key])
        {
            _lists.Unlink(slot);
            _inList[_list[slot]]--;
            _list[slot] = _held[key];
            _inList[_held[key]]++;
            _lists.AddFirst(_held[key], slot);
        }
    }

    private void Fade()
    {
        _unit *= _growth;
        if (_unit > 1e100)
        {
            for (int i = 0; i < _scores.Length; i++)
            {
                _scores[i] /= _unit;
            }

            _unit = 1;
        }
    }

    private void FreeWhenUnused(int key)
    {
        if (_held[key] == 0 && _slotOf[key] == 0)
        {
            _directory.Remove(key);
            _freeKeys[_freeCount++] = key;
        }
    }

    private int TakeKey()
    {
        if (_freeCount > 0)
        {
            return _freeKeys[--_freeCount];
        }

        if (_usedKeys == _directory.Capacity)
        {
            _directory.Ensure(_usedKeys + 1);
            int capacity = _directory.Capacity;
            Array.Resize(ref _held, capacity);
            Array.Resize(ref _slotOf, capacity);
            Array.Resize(ref _freeKeys, capacity);
            _weights.Ensure(capacity);
            foreach (ShadowCache shadow in _shadows)
            {
                shadow.EnsureKeys(capacity);
            }
        }

        return _usedKeys++;
    }
}
