namespace Vouch.Caching.Policies;

/// <summary>W-TinyLFU: newcomers pass a window in least-recently-used order; what leaves it is kept only if it was seen more often than what it would replace. The window's size climbs towards more hits.</summary>
/// <remarks>
/// G. Einziger, R. Friedman and B. Manes, "TinyLFU: a highly efficient cache admission policy", ACM ToS 2017; G. Einziger, O. Eytan, R. Friedman and B. Manes,
/// "Adaptive software cache management", Middleware 2018. The main region is segmented: 20 % on probation, 80 % protected. The window starts at 1 % and may take 80 %.
/// </remarks>
internal sealed class TinyLfuPolicy : EvictionPolicy
{
    private const int Window = 0;
    private const int Probation = 1;
    private const int Protected = 2;
    private readonly SlotLists _lists = new(3);
    private readonly long[] _sizes = new long[3];
    private readonly Weights _weights = new();
    private readonly FrequencySketch _sketch;
    private readonly long _capacity;
    private ulong[] _hashes = [];
    private byte[] _list = [];
    private double _window;
    private double _step;
    private double _lastRate;
    private long _hits;
    private long _requests;

    public TinyLfuPolicy(long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _sketch = new FrequencySketch(capacity);
        _window = Math.Max(1, capacity * 0.01);
        _step = capacity * 0.0625;
    }

    public override string Name => "W-TinyLFU";

    public override void EnsureSlots(int slots)
    {
        if (slots > _hashes.Length)
        {
            Array.Resize(ref _hashes, slots);
            Array.Resize(ref _list, slots);
            _lists.EnsureSlots(slots);
            _weights.Ensure(slots);
        }
    }

    public override void Hit(int slot)
    {
        _hits++;
        Note(_hashes[slot]);
        int list = _list[slot];
        Move(slot, list == Window ? Window : Protected);
        while (_sizes[Protected] > 0.8 * (_capacity - _window) && _lists.Last(Protected) is >= 0 and int oldest && oldest != slot)
        {
            Move(oldest, Probation);
        }
    }

    public override void Insert(int slot, ulong hash, long weight)
    {
        _hashes[slot] = hash;
        _weights.Set(slot, weight);
        Note(hash);
        Add(slot, Window);
        while (_sizes[Window] > _window && _sizes[Window] + _sizes[Probation] + _sizes[Protected] <= _capacity)
        {
            Move(_lists.Last(Window), Probation);
        }
    }

    public override void Reweigh(int slot, long weight)
    {
        _sizes[_list[slot]] += weight - _weights[slot];
        _weights.Set(slot, weight);
    }

    public override int Victim()
    {
        int resident = _lists.Last(Probation) is >= 0 and int probation ? probation : _lists.Last(Protected);
        int candidate = _lists.Last(Window);
        if (candidate < 0 || (_sizes[Window] <= _window && resident >= 0))
        {
            return resident;
        }

        if (resident >= 0 && _sketch.Estimate(_hashes[candidate]) > _sketch.Estimate(_hashes[resident]))
        {
            Move(candidate, Probation);
            return resident;
        }

        return candidate;
    }

    public override void Remove(int slot, bool evicted)
    {
        _lists.Unlink(slot);
        _sizes[_list[slot]] -= _weights[slot];
    }

    private void Note(ulong hash)
    {
        _sketch.Add(hash);
        if (++_requests >= 10 * _capacity)
        {
            Climb((double)_hits / _requests);
            _hits = _requests = 0;
        }
    }

    // A change for the worse turns the climber round; steps shrink until the hit rate moves by 5 points.
    private void Climb(double rate)
    {
        double change = rate - _lastRate;
        _lastRate = rate;
        double amount = change >= 0 ? _step : -_step;
        _step = Math.Abs(change) >= 0.05 ? Math.CopySign(_capacity * 0.0625, amount) : amount * 0.98;
        _window = Math.Clamp(_window + amount, 1, Math.Max(1, 0.8 * _capacity));
    }

    private void Move(int slot, int list)
    {
        _lists.Unlink(slot);
        _sizes[_list[slot]] -= _weights[slot];
        Add(slot, list);
    }

    private void Add(int slot, int list)
    {
        _list[slot] = (byte)list;
        _lists.AddFirst(list, slot);
        _sizes[list] += _weights[slot];
    }
}
