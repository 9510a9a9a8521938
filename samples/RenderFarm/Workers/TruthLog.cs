using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>What a worker really did with a unit.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Sent">The picture it sent; kept for forgeries alone, null for honest answers.</param>
internal sealed record TruthEntry(WorkerId Worker, WorkUnitId Unit, Misconduct Kind, TileImage? Sent);

/// <summary>A worker's private diary. The farm never reads it: only the report does, afterwards, to measure how often the farm was fooled.</summary>
/// <remarks>Safe to share. A unit that is done again replaces its entry; the answer is the same.</remarks>
internal sealed class TruthLog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<WorkUnitId, TruthEntry> _entries = [];

    public void Record(TruthEntry entry)
    {
        lock (_lock)
        {
            _entries[entry.Unit] = entry;
        }
    }

    /// <summary>What the worker did with a unit; null when it never answered it.</summary>
    public TruthEntry? Find(WorkUnitId unit)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault(unit);
        }
    }

    /// <summary>All entries, by unit.</summary>
    public IReadOnlyList<TruthEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries.Values.OrderBy(static entry => entry.Unit)];
            }
        }
    }
}
