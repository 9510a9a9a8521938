using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vouch.Observability.Metrics;

namespace Vouch.Observability.Slo;

/// <summary>Counts events and bad events from any thread, each thread in a cell of its own.</summary>
internal sealed class EventCounts
{
    private readonly Striped<Cell> _cells = new();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long total, long bad)
    {
        int slot = WriterSlot.Current;
        Cell cell = _cells.Of(slot);
        if (slot != WriterSlot.Shared)
        {
            // Only this thread writes here. Total before bad: who reads bad first never sees more bad events than events.
            Volatile.Write(ref cell.Counts.Total, cell.Counts.Total + total);
            if (bad != 0)
            {
                Volatile.Write(ref cell.Counts.Bad, cell.Counts.Bad + bad);
            }
        }
        else
        {
            Interlocked.Add(ref cell.Counts.Total, total);
            Interlocked.Add(ref cell.Counts.Bad, bad);
        }
    }

    public (long Total, long Bad) Read()
    {
        long total = 0, bad = 0;
        foreach (Cell cell in _cells.Cells)
        {
            bad += Volatile.Read(ref cell.Counts.Bad);
            total += Volatile.Read(ref cell.Counts.Total);
        }

        return (total, bad);
    }

    private sealed class Cell
    {
        public Pair Counts;
    }

    // As long as a line of the cache and its neighbour, so that two threads' counts are not on one.
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct Pair
    {
        [FieldOffset(0)]
        public long Total;

        [FieldOffset(8)]
        public long Bad;
    }
}
