namespace Vouch.Caching.Policies;

/// <summary>Evicts the entry that promises fewest hits per unit of time kept (and of weight), as learnt from when keys of its kind were read again: see <see cref="ReuseModel"/>.</summary>
/// <remarks>
/// <para>
/// Entries are not kept in order: a victim is the least dense of the newcomer, eight drawn at random and the sixteen best candidates of earlier draws. Draws come from a fixed seed: the same calls make the
/// same choices. A hit changes 5 bytes of one entry and one counter. 41 bytes per entry: 17 for itself and 24 for three departed keys.
/// </para>
/// <para>Densities are worked out anew after every quarter of the capacity (64 to 20,000 requests, at first more often than later); evidence halves in 16 times the capacity plus 20,000 requests.</para>
/// </remarks>
internal sealed class HitDensityPolicy : EvictionPolicy
{
    private const int Draws = 8;
    private const int PoolSize = 16;
    private const int GhostsPerEntry = 3;
    private const int SurveyEntries = 4096;
    private readonly bool _perWeight;
    private readonly string _name;
    private readonly ReuseModel _model = new();
    private readonly Weights _weights = new();
    private readonly int[] _pool = new int[PoolSize];
    private readonly float[] _poolDensities = new float[PoolSize];
    private uint[] _hashes = [];
    private uint[] _lastReads = [];
    private byte[] _kinds = [];
    private int[] _entries = []; // the slots in use, in no order
    private int[] _positions = []; // of a slot in _entries, -1 where it is free
    private ReuseGhosts? _ghosts;
    private int _count;
    private int _peak;
    private int _pooled;
    private int _newest = -1;
    private uint _now;
    private uint _learnt;
    private uint _nextLesson = 32;
    private uint _misses;
    private uint _hits;
    private uint _hitsBefore;
    private ulong _random = 0x2545F4914F6CDD1DUL;

    /// <param name="name">The name it goes by.</param>
    /// <param name="perWeight">True to gain most hits, which favours light entries; false to gain most weight hit.</param>
    public HitDensityPolicy(string name, bool perWeight)
    {
        _name = name;
        _perWeight = perWeight;
    }

    public override string Name => _name;

    public override void EnsureSlots(int slots)
    {
        int old = _hashes.Length;
        if (slots > old)
        {
            Array.Resize(ref _hashes, slots);
            Array.Resize(ref _lastReads, slots);
            Array.Resize(ref _kinds, slots);
            Array.Resize(ref _entries, slots);
            Array.Resize(ref _positions, slots);
            _positions.AsSpan(old).Fill(-1);
            _weights.Ensure(slots);
        }
    }

    public override void Hit(int slot)
    {
        _now++;
        if (_hits++ == 0)
        {
            _misses = 0;
        }

        ReadAgain(slot, _kinds[slot], _now - _lastReads[slot]);
        LearnWhenDue();
    }

    public override void Insert(int slot, ulong hash, long weight)
    {
        _now++;
        if (_misses++ == 0)
        {
            _hitsBefore = _hits;
            _hits = 0;
        }

        _hashes[slot] = (uint)(hash >> 32);
        _weights.Set(slot, weight);
        _positions[slot] = _count;
        _entries[_count++] = slot;
        _peak = Math.Max(_peak, _count);
        _newest = slot;
        if (_ghosts is not null && _ghosts.TryTake(_hashes[slot], out uint lastRead, out byte kind))
        {
            ReadAgain(slot, kind, _now - lastRead);
        }
        else
        {
            _kinds[slot] = ReuseModel.Once(_misses, _hitsBefore);
            _lastReads[slot] = _now;
        }

        LearnWhenDue();
    }

    public override void Reweigh(int slot, long weight) => _weights.Set(slot, weight);

    public override int Victim()
    {
        var choice = new Choice(-1, float.PositiveInfinity, 0);
        if (_newest >= 0)
        {
            Consider(_newest, ref choice);
        }

        for (int i = _pooled - 1; i >= 0; i--)
        {
            if (_positions[_pool[i]] < 0)
            {
                _pool[i] = _pool[--_pooled];
                _poolDensities[i] = _poolDensities[_pooled];
            }
            else
            {
                _poolDensities[i] = Consider(_pool[i], ref choice);
            }
        }

        for (int draw = 0; draw < Draws; draw++)
        {
            int slot = _entries[(int)(Random() * (ulong)_count >> 32)];
            Pool(slot, Consider(slot, ref choice));
        }

        return choice.Slot;
    }

    public override void Remove(int slot, bool evicted)
    {
        int position = _positions[slot];
        int last = _entries[--_count];
        _entries[position] = last;
        _positions[last] = position;
        _positions[slot] = -1;
        _newest = slot == _newest ? -1 : _newest;
        if (!evicted)
        {
            return;
        }

        if (_ghosts is null || _ghosts.Capacity < GhostsPerEntry * (_peak / 2))
        {
            _ghosts = new ReuseGhosts((long)GhostsPerEntry * _peak);
        }

        if (_ghosts.Add(_hashes[slot], _lastReads[slot], _kinds[slot], _now, out uint forgottenRead, out byte forgottenKind))
        {
            _model.Lost(forgottenKind, _now - forgottenRead);
        }
    }

    // The pool keeps the least dense that were met.
    private void Pool(int slot, float density)
    {
        if (_pool.AsSpan(0, _pooled).Contains(slot))
        {
            return;
        }

        int place = _pooled;
        if (_pooled == PoolSize)
        {
            place = IndexOfMost(_poolDensities);
            if (density >= _poolDensities[place])
            {
                return;
            }
        }
        else
        {
            _pooled++;
        }

        _pool[place] = slot;
        _poolDensities[place] = density;
    }

    private static int IndexOfMost(float[] values)
    {
        int most = 0;
        for (int i = 1; i < values.Length; i++)
        {
            most = values[i] > values[most] ? i : most;
        }

        return most;
    }

    private void ReadAgain(int slot, byte kind, uint age)
    {
        _model.Read(kind, age);
        _kinds[slot] = ReuseModel.Again(kind, age, (Random() & 1) == 0);
        _lastReads[slot] = _now;
    }

    // The least dense; among equals the youngest, so that what is in the cache is not given up for what is no better.
    private float Consider(int slot, ref Choice choice)
    {
        uint age = _now - _lastReads[slot];
        float density = _model.Density(_kinds[slot], age);
        if (_perWeight && _weights.AreSized)
        {
            density /= _weights[slot];
        }

        if (density < choice.Density || (density == choice.Density && age < choice.Age))
        {
            choice = new Choice(slot, density, age);
        }

        return density;
    }

    private void LearnWhenDue()
    {
        if (_now - _learnt < _nextLesson)
        {
            return;
        }

        int stride = Math.Max(1, _count / SurveyEntries);
        for (int i = 0; i < _count; i += stride)
        {
            int slot = _entries[i];
            _model.Waiting(_kinds[slot], _now - _lastReads[slot], stride);
        }

        _ghosts?.Report(_model, _now, stride);
        uint passed = _now - _learnt;
        _model.Learn(Math.Max(1, _count), (float)Math.Pow(0.5, passed / ((16.0 * _count) + 20_000)));
        _learnt = _now;
        _nextLesson = (uint)Math.Clamp(_count / 4, 64, 20_000);
    }

    private ulong Random()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random >> 32;
    }

    private readonly record struct Choice(int Slot, float Density, uint Age);
}
