using Vouch.Core.Models;

namespace Vouch.TrustEngine.Replication;

/// <summary>The last unverified results of one worker, in a ring. Grows with what is in it.</summary>
internal sealed class UnverifiedResults(int capacity)
{
    private readonly List<WorkUnitId> _units = [];
    private int _next;

    /// <summary>How many came since the last one that was verified.</summary>
    public long InARow { get; set; }

    public int Count => _units.Count;

    public WorkUnitId Newest => At(0);

    /// <summary>The result so many places before the newest.</summary>
    public WorkUnitId At(int back) => _units[(_next - 1 - back + (2 * _units.Count)) % _units.Count];

    public void Add(WorkUnitId unit)
    {
        InARow++;
        if (_units.Count < capacity)
        {
            _units.Add(unit);
            _next = _units.Count;
        }
        else
        {
            _next %= capacity;
            _units[_next++] = unit;
        }
    }

    public IReadOnlyList<WorkUnitId> NewestFirst() => [.. Enumerable.Range(0, _units.Count).Select(At)];
}
