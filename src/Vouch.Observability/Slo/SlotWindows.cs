namespace Vouch.Observability.Slo;

/// <summary>Counts per slot of time and their sums over the last so many whole slots, for several window lengths at once: exact, in constant time per slot and window.</summary>
/// <remarks>Keeps as many slots as the longest window has, in 8 bytes each (16 where a slot counts 2^32 events or more). For one thread at a time.</remarks>
internal sealed class SlotWindows
{
    private const int FirstCapacity = 64;
    private readonly int[] _lengths;
    private readonly long[] _sums;
    private readonly int _maxCapacity;
    private uint[]? _narrow;
    private ulong[]? _wide;
    private int _capacity;
    private int _head;
    private long _closed;

    /// <param name="lengths">Window lengths in slots, each 1 or more, without repetitions.</param>
    public SlotWindows(int[] lengths)
    {
        _lengths = lengths;
        _sums = new long[2 * lengths.Length];
        _maxCapacity = lengths.Max();
        _capacity = Math.Min(FirstCapacity, _maxCapacity);
        _narrow = new uint[2 * _capacity];
    }

    /// <summary>Gets how many slots were closed so far.</summary>
    public long Closed => _closed;

    /// <summary>Gets how many of the last slots are remembered.</summary>
    public int Remembered => (int)Math.Min(_closed, _maxCapacity);

    public long Total(int window) => _sums[2 * window];

    public long Bad(int window) => _sums[(2 * window) + 1];

    /// <summary>Gives the counts of a slot, 0 for the last one closed.</summary>
    public (long Total, long Bad) Slot(int age) => At(Before(age + 1));

    public void Close(long total, long bad)
    {
        if (_head == _capacity)
        {
            // Grows until it holds the longest window; until then nothing has wrapped around.
            if (_capacity < _maxCapacity)
            {
                Resize(Math.Min(2 * _capacity, _maxCapacity));
            }
            else
            {
                _head = 0;
            }
        }

        for (int window = 0; window < _lengths.Length; window++)
        {
            if (_closed >= _lengths[window])
            {
                (long oldTotal, long oldBad) = At(Before(_lengths[window]));
                _sums[2 * window] += total - oldTotal;
                _sums[(2 * window) + 1] += bad - oldBad;
            }
            else
            {
                _sums[2 * window] += total;
                _sums[(2 * window) + 1] += bad;
            }
        }

        Write(_head, total, bad);
        _head++;
        _closed++;
    }

    /// <summary>Closes slots without events.</summary>
    public void CloseEmpty(long count)
    {
        if (count >= _maxCapacity)
        {
            // Everything remembered falls out of every window.
            Array.Clear(_sums);
            Array.Clear((Array?)_narrow ?? _wide!);
            _closed += count;
            if (_capacity < _maxCapacity)
            {
                Resize(_maxCapacity);
            }

            return;
        }

        for (long i = 0; i < count; i++)
        {
            Close(0, 0);
        }
    }

    // The position of the slot that many before the one that is about to be written. Of a window as long as the ring that is the very position written next.
    private int Before(int slots)
    {
        int position = _head - slots;
        return position < 0 ? position + _capacity : position;
    }

    private (long Total, long Bad) At(int position) => _narrow is { } narrow
        ? (narrow[2 * position], narrow[(2 * position) + 1])
        : ((long)_wide![2 * position], (long)_wide[(2 * position) + 1]);

    private void Write(int position, long total, long bad)
    {
        if (_narrow is { } narrow)
        {
            if (total <= uint.MaxValue)
            {
                narrow[2 * position] = (uint)total;
                narrow[(2 * position) + 1] = (uint)bad;
                return;
            }

            _wide = Array.ConvertAll(narrow, static count => (ulong)count);
            _narrow = null;
        }

        _wide![2 * position] = (ulong)total;
        _wide[(2 * position) + 1] = (ulong)bad;
    }

    private void Resize(int capacity)
    {
        _capacity = capacity;
        if (_narrow is not null)
        {
            Array.Resize(ref _narrow, 2 * capacity);
        }
        else
        {
            Array.Resize(ref _wide, 2 * capacity);
        }
    }
}
