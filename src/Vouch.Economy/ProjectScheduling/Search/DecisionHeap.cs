namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>Decisions by how often conflicts spoke of them lately (VSIDS: M. W. Moskewicz et al., <i>Chaff</i>, DAC 2001), the busiest first. Not safe to share.</summary>
internal sealed class DecisionHeap
{
    /// <summary>What a conflict counts against the one after it.</summary>
    private const double Decay = 0.95;

    private const double MostActivity = 1e100;

    /// <summary>Was never spoken of.</summary>
    private const int Unknown = -1;

    /// <summary>Taken out; comes back when the search goes back behind the level it was taken at.</summary>
    private const int Taken = -2;

    private readonly double[] _activity;
    private readonly int[] _heap;
    private readonly int[] _place;
    private readonly Stack<(int Level, int Id)> _taken = new();
    private double _step = 1;
    private int _count;

    public DecisionHeap(int ids)
    {
        _activity = new double[ids];
        _heap = new int[ids];
        _place = new int[ids];
        Array.Fill(_place, Unknown);
    }

    public void Bump(int id)
    {
        _activity[id] += _step;
        if (_activity[id] > MostActivity)
        {
            for (int i = 0; i < _activity.Length; i++)
            {
                _activity[i] /= MostActivity;
            }

            _step /= MostActivity;
        }

        if (_place[id] == Unknown)
        {
            Insert(id);
        }
        else if (_place[id] >= 0)
        {
            Rise(_place[id]);
        }
    }

    public void Age() => _step /= Decay;

    /// <summary>Takes the busiest decision out.</summary>
    /// <param name="level">The level that the search is at.</param>
    /// <param name="id">The decision.</param>
    public bool TryTake(int level, out int id)
    {
        id = -1;
        if (_count == 0)
        {
            return false;
        }

        id = _heap[0];
        _place[id] = Taken;
        _taken.Push((level, id));
        int last = _heap[--_count];
        if (_count > 0)
        {
            Sink(last);
        }

        return true;
    }

    /// <summary>Brings back what was taken behind a level.</summary>
    public void GoBack(int level)
    {
        while (_taken.TryPeek(out (int Level, int Id) last) && last.Level > level)
        {
            _taken.Pop();
            Insert(last.Id);
        }
    }

    private void Insert(int id)
    {
        _heap[_count] = id;
        _place[id] = _count;
        Rise(_count++);
    }

    private void Rise(int at)
    {
        int id = _heap[at];
        while (at > 0 && _activity[_heap[(at - 1) / 2]] < _activity[id])
        {
            Put(at, _heap[(at - 1) / 2]);
            at = (at - 1) / 2;
        }

        Put(at, id);
    }

    private void Sink(int id)
    {
        int at = 0;
        for (int child = 1; child < _count; child = (2 * at) + 1)
        {
            if (child + 1 < _count && _activity[_heap[child + 1]] > _activity[_heap[child]])
            {
                child++;
            }

            if (_activity[_heap[child]] <= _activity[id])
            {
                break;
            }

            Put(at, _heap[child]);
            at = child;
        }

        Put(at, id);
    }

    private void Put(int at, int id)
    {
        _heap[at] = id;
        _place[id] = at;
    }
}
