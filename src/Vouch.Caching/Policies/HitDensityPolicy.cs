using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.Caching.Policies;

/// <summary>Evicts the entry that promises fewest hits per unit of time kept (and of weight), as learnt from when keys of its kind were read again: see <see cref="ReuseModel"/>.</summary>
/// <remarks>
/// <para>
/// Entries are not kept in order: a victim is the first drawn whose density is below a threshold, which is moved so that this takes eight draws, or the newcomer when it is no denser than that one.
/// Draws go round the slots by the golden ratio: spread as if by chance, but each slot comes once a round, so that none is overlooked for long. The same calls make the same choices.
/// A hit changes 5 bytes of one entry and one counter. 36 bytes per entry: 12 for itself and 24 for three departed keys.
/// </para>
/// <para>Densities are worked out anew after a quarter of the capacity, but not more often than after an eighth of all requests so far until that is 4,096 (never below 64 nor above 20,000); evidence halves in 16 times the capacity plus 20,000 requests.</para>
/// </remarks>
internal sealed class HitDensityPolicy : EvictionPolicy
{
    private const int Draws = 8;
    private const int MostVictims = 2; // of one batch: where more are below the threshold, it was too high to tell them apart
    private const int SlotsForMore = 256; // with fewer slots none waits: what was known a miss ago would be too old
    private const int MostBatches = 32; // the threshold rises a hundredfold meanwhile
    private const float ThresholdStep = 0.02f;
    private const double GoldenRatio = 0.6180339887498949;
    private const int GhostsPerEntry = 3;
    private const int SurveyEntries = 4096;
    private readonly bool _perWeight;
    private readonly string _name;
    private readonly ReuseModel _model = new();
    private Weights _weights = new();
    private Entry[] _entries = []; // by slot
    private uint[] _hashes = [];
    private ReuseGhosts? _ghosts;
    private int _count;
    private int _slots; // in use are some of the first so many
    private float _threshold = 1;
    private readonly int[] _drawn = new int[Draws];
    private readonly int[] _candidates = new int[MostVictims]; // were below the threshold and leave next, if nothing happens to them
    private int _candidateCount;
    private float _candidateRank; // what they were not above
    private int _hand; // the slot drawn last
    private int _stride;
    private int _spreadOver; // so many slots
    private int _newest = -1;
    private uint _now;
    private uint _learnt;
    private uint _nextLesson = 32;
    private uint _new; // keys in a row that nobody knew, and known ones in a row: in the cache, or departed and remembered
    private uint _known;
    private uint _knownBefore;
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
        int old = _entries.Length;
        if (slots > _hashes.Length)
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
        CountKnown();
        Entry entry = _entries[slot];
        ReadAgain(slot, entry.Kind, _now - entry.LastRead);
        LearnWhenDue();
    }

    public override void Insert(int slot, ulong hash, long weight)
    {
        _now++;
        _hashes[slot] = (uint)(hash >> 32);
        _weights.Set(slot, weight);
        _count++;
        _slots = Math.Max(_slots, slot + 1);
        if (_ghosts is not null && _ghosts.TryTake(_hashes[slot], out uint lastRead, out byte kind))
        {
            CountKnown();
            ReadAgain(slot, kind, _now - lastRead);
        }
        else
        {
            CountNew();
            _entries[slot] = new Entry(_now, ReuseModel.Once(_new, _knownBefore));
        }

        _newest = slot;
        LearnWhenDue();
    }

    /// <summary>Goes on with all that was learnt, but for a cache whose entries are in other slots.</summary>
    /// <param name="before">For each slot in which it is until now; -1 where the entry is not known, -2 where the slot is free.</param>
    /// <param name="hashes">The hash of each entry's key.</param>
    /// <param name="weights">The weight of each entry.</param>
    public void Renumber(ReadOnlySpan<int> before, ReadOnlySpan<ulong> hashes, ReadOnlySpan<long> weights)
    {
        Entry[] old = _entries;
        _entries = new Entry[before.Length];
        _candidateCount = 0;
        _hashes = new uint[before.Length];
        _weights = new Weights();
        _weights.Ensure(before.Length);
        _newest = -1;
        _count = 0;
        _slots = 0;
        for (int slot = 0; slot < before.Length; slot++)
        {
            if (before[slot] == -2)
            {
                _entries[slot] = Entry.Free;
                continue;
            }

            _slots = slot + 1;
            _count++;
            _hashes[slot] = (uint)(hashes[slot] >> 32);
            _weights.Set(slot, weights[slot]);
            _entries[slot] = before[slot] >= 0 ? old[before[slot]]
                : _ghosts is not null && _ghosts.TryTake(_hashes[slot], out uint lastRead, out byte kind) ? new Entry(lastRead, kind)
                : new Entry(_now, ReuseModel.Once(_new, _knownBefore));
        }
    }

    public override void Reweigh(int slot, long weight) => _weights.Set(slot, weight);

    public override int Victim()
    {
        int victim = -1;
        float rank = float.PositiveInfinity;
        while (_candidateCount > 0 && rank > _candidateRank)
        {
            victim = _candidates[--_candidateCount];
            rank = Rank(victim);
        }

        if (rank > _candidateRank)
        {
            victim = Draw();
            if (victim < 0)
            {
                return AnyButTheNewest();
            }

            rank = Rank(victim);
        }

        return _newest >= 0 && Rank(_newest) <= rank ? _newest : victim;
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

    // A known key ends a row of new ones, and only now is it clear which of them was the last.
    private void CountKnown()
    {
        if (_known++ == 0)
        {
            _new = 0;
            if (_newest >= 0 && _entries[_newest].LastRead == _now - 1)
            {
                _entries[_newest] = new Entry(_now - 1, ReuseModel.LastOfRow(_entries[_newest].Kind));
            }
        }
    }

    private void CountNew()
    {
        if (_new++ == 0)
        {
            _knownBefore = _known;
            _known = 0;
        }
    }

    private void ReadAgain(int slot, byte kind, uint age)
    {
        _model.Read(kind, age);
        _random = Next(_random);
        _entries[slot] = new Entry(_now, ReuseModel.Again(kind, age, (_random >> 32 & 1) == 0));
    }

    // Draws eight at a time without a branch among them, so that the processor works on all of them at once. Those below the threshold leave; those not needed yet wait.
    private int Draw()
    {
        if (_spreadOver != _slots)
        {
            Spread();
        }

        float rise = ThresholdStep * _count / _slots; // of the threshold with each draw: free slots do not count
        uint below = DrawBatch();
        for (int batch = 1; below == 0; batch++)
        {
            if (batch == MostBatches)
            {
                return -1;
            }

            _threshold = Math.Min(_threshold * (1 + (rise * Draws)), float.MaxValue);
            below = DrawBatch();
        }

        int most = _slots >= SlotsForMore ? MostVictims : 1;
        int chosen = 0;
        int drawn = 0;
        while (below != 0 && chosen < most)
        {
            drawn = Draws - 1 - BitOperations.Log2(below);
            below &= ~(1U << (Draws - 1 - drawn));
            _candidates[chosen++] = _drawn[drawn];
        }

        _candidateCount = chosen - 1;
        _candidateRank = _threshold;
        _threshold = Math.Max(_threshold * (1 + (rise * (drawn + 1)) - (ThresholdStep * Draws * chosen)), float.Epsilon);
        return _candidates[chosen - 1];
    }

    // Gives a bit for each that is not above the threshold, the first draw's on top.
    [MethodImpl(MethodImplOptions.NoInlining)] // its loop needs all registers
    private uint DrawBatch()
    {
        if (_perWeight && _weights.AreSized)
        {
            return DrawSizedBatch();
        }

        ref Entry entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        ref int drawn = ref MemoryMarshal.GetArrayDataReference(_drawn);
        ReuseModel.Densities densities = _model.Current;
        int slots = _slots;
        int stride = _stride;
        int slot = _hand;
        uint now = _now;
        float threshold = _threshold;
        uint below = 0;
        for (nint i = 0; i < Draws; i++)
        {
            slot += stride - slots;
            slot += (slot >> 31) & slots;
            Unsafe.Add(ref drawn, i) = slot;
            Entry entry = Unsafe.Add(ref entries, (nint)(uint)slot);
            below += below + (densities.Of(entry.Kind, now - entry.LastRead) <= threshold ? 1U : 0);
        }

        _hand = slot;
        return below;
    }

    private uint DrawSizedBatch()
    {
        uint below = 0;
        for (int i = 0; i < Draws; i++)
        {
            _hand += _stride - (_hand + _stride >= _slots ? _slots : 0);
            _drawn[i] = _hand;
            below += below + (Rank(_hand) <= _threshold ? 1U : 0);
        }

        return below;
    }

    // The golden ratio of the circle: however many draws there were, no two of them are close. By a stride without a common divisor, each slot comes once a round.
    private void Spread()
    {
        _spreadOver = _slots;
        _hand %= _slots;
        _stride = Math.Max(1, (int)(_slots * GoldenRatio));
        while (GreatestCommonDivisor(_stride, _slots) != 1)
        {
            _stride++;
        }
    }

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    // What is evicted first has the lowest; a free slot's is infinite.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Rank(int slot)
    {
        Entry entry = _entries[slot];
        float density = _model.Density(entry.Kind, _now - entry.LastRead);
        return _perWeight && _weights.AreSized ? density / _weights[slot] : density;
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
        _nextLesson = Math.Clamp(Math.Max((uint)_count / 4, Math.Min(4096, _now / 8)), 64, 20_000);
    }

    // Marsaglia's xorshift.
    private static ulong Next(ulong random)
    {
        random ^= random << 13;
        random ^= random >> 7;
        return random ^ (random << 17);
    }

    // Most slots are free, as when weights have grown a hundredfold: any entry will do.
    private int AnyButTheNewest()
    {
        for (int slot = 0; slot < _slots; slot++)
        {
            if (!_entries[slot].IsFree && slot != _newest)
            {
                return slot;
            }
        }

        return _newest;
    }

    private readonly record struct Entry(uint LastRead, byte Kind)
    {
        public static Entry Free => new(0, ReuseModel.NoKind);

        public bool IsFree => Kind == ReuseModel.NoKind;
    }
}
