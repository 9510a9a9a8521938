namespace Vouch.Caching.Policies;

/// <summary>Evicts the entry that promises fewest hits per unit of time kept (and of weight), as learnt from when keys of its kind were read again: see <see cref="ReuseModel"/>.</summary>
/// <remarks>
/// <para>
/// Entries are not kept in order: a victim is the least dense of the newcomer, five drawn at random and the ten best candidates of earlier draws. Draws come from a fixed seed: the same calls make the
/// same choices. A hit changes 5 bytes of one entry and one counter. 36 bytes per entry: 12 for itself and 24 for three departed keys.
/// </para>
/// <para>Densities are worked out anew after a quarter of the capacity, but not more often than after an eighth of all requests so far until that is 2,048 (never below 64 nor above 20,000); evidence halves in 16 times the capacity plus 20,000 requests.</para>
/// </remarks>
internal sealed class HitDensityPolicy : EvictionPolicy
{
    private const int Draws = 5;
    private const int PoolSize = 10;
    private const int GhostsPerEntry = 3;
    private const int SurveyEntries = 4096;
    private readonly bool _perWeight;
    private readonly string _name;
    private readonly ReuseModel _model = new();
    private readonly Weights _weights = new();
    private readonly int[] _pool = new int[PoolSize];
    private readonly float[] _poolDensities = new float[PoolSize];
    private Entry[] _entries = []; // by slot
    private uint[] _hashes = [];
    private ReuseGhosts? _ghosts;
    private int _count;
    private int _slots; // in use are some of the first so many
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
            Array.Resize(ref _entries, slots);
            _entries.AsSpan(old).Fill(Entry.Free);
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

        Entry entry = _entries[slot];
        ReadAgain(slot, entry.Kind, _now - entry.LastRead);
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
        _count++;
        _slots = Math.Max(_slots, slot + 1);
        _newest = slot;
        if (_ghosts is not null && _ghosts.TryTake(_hashes[slot], out uint lastRead, out byte kind))
        {
            ReadAgain(slot, kind, _now - lastRead);
        }
        else
        {
            _entries[slot] = new Entry(_now, ReuseModel.Once(_misses, _hitsBefore));
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
            if (_entries[_pool[i]].IsFree)
            {
                _pool[i] = _pool[--_pooled];
                _poolDensities[i] = _poolDensities[_pooled];
            }
            else
            {
                _poolDensities[i] = Consider(_pool[i], ref choice);
            }
        }

        int draws = 0;
        for (int attempt = 0; draws < Draws && attempt < 4 * Draws; attempt++)
        {
            int slot = (int)(Random() * (ulong)_slots >> 32);
            if (!_entries[slot].IsFree)
            {
                draws++;
                Pool(slot, Consider(slot, ref choice));
            }
        }

        return draws > 0 ? choice.Slot : AfterFewDraws(choice);
    }

    public override void Remove(int slot, bool evicted)
    {
        Entry entry = _entries[slot];
        _entries[slot] = Entry.Free;
        _count--;
        _newest = slot == _newest ? -1 : _newest;
        if (!evicted)
        {
            return;
        }

        if (_ghosts is null || _ghosts.Capacity < GhostsPerEntry * (_slots / 2))
        {
            _ghosts = new ReuseGhosts((long)GhostsPerEntry * _slots);
        }

        if (_ghosts.Add(_hashes[slot], entry.LastRead, entry.Kind, _now, out uint forgottenRead, out byte forgottenKind))
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
        _entries[slot] = new Entry(_now, ReuseModel.Again(kind, age, (Random() & 1) == 0));
    }

    // The least dense; among equals the youngest, so that what is in the cache is not given up for what is no better.
    private float Consider(int slot, ref Choice choice)
    {
        Entry entry = _entries[slot];
        uint age = _now - entry.LastRead;
        float density = _model.Density(entry.Kind, age);
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

        int stride = Math.Max(1, _slots / SurveyEntries);
        for (int slot = 0; slot < _slots; slot += stride)
        {
            Entry entry = _entries[slot];
            if (!entry.IsFree)
            {
                _model.Waiting(entry.Kind, _now - entry.LastRead, stride);
            }
        }

        _ghosts?.Report(_model, _now, stride);
        uint passed = _now - _learnt;
        _model.Learn(Math.Max(1, _count), (float)Math.Pow(0.5, passed / ((16.0 * _count) + 20_000)));
        _learnt = _now;
        _nextLesson = Math.Clamp(Math.Max((uint)_count / 4, Math.Min(2048, _now / 8)), 64, 20_000);
    }

    private ulong Random()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random >> 32;
    }

    // Most slots are free, as when weights have grown a hundredfold: any entry in use will do if none was met by chance.
    private int AfterFewDraws(Choice choice)
    {
        for (int slot = 0; choice.Slot < 0 || choice.Slot == _newest; slot++)
        {
            if (slot == _slots)
            {
                break;
            }

            if (!_entries[slot].IsFree)
            {
                Consider(slot, ref choice);
            }
        }

        return choice.Slot;
    }

    private readonly record struct Entry(uint LastRead, byte Kind)
    {
        public static Entry Free => new(0, byte.MaxValue);

        public bool IsFree => Kind == byte.MaxValue;
    }

    private readonly record struct Choice(int Slot, float Density, uint Age);
}
