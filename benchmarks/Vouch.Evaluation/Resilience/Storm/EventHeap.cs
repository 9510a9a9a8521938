namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>What happens next: events by time, those of one time in the order in which they were added.</summary>
internal sealed class EventHeap
{
    private Entry[] _entries = new Entry[1024];
    private int _count;
    private long _sequence;

    public bool IsEmpty => _count == 0;

    public long NextTime => _entries[0].Time;

    public void Add(long time, Happening what, object? subject)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        var entry = new Entry(time, _sequence++, what, subject);
        int i = _count++;
        while (i > 0 && entry.IsBefore(_entries[(i - 1) / 4]))
        {
            _entries[i] = _entries[(i - 1) / 4];
            i = (i - 1) / 4;
        }

        _entries[i] = entry;
    }

    public Entry Take()
    {
        Entry first = _entries[0];
        Entry last = _entries[--_count];
        _entries[_count] = default;
        int i = 0;
        while (true)
        {
            int child = (4 * i) + 1;
            if (child >= _count)
            {
                break;
            }

            int least = child;
            for (int k = child + 1; k < Math.Min(child + 4, _count); k++)
            {
                least = _entries[k].IsBefore(_entries[least]) ? k : least;
            }

            if (!_entries[least].IsBefore(last))
            {
                break;
            }

            _entries[i] = _entries[least];
            i = least;
        }

        if (_count > 0)
        {
            _entries[i] = last;
        }

        return first;
    }

    internal readonly record struct Entry(long Time, long Sequence, Happening What, object? Subject)
    {
        public bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && Sequence < other.Sequence);
    }
}
