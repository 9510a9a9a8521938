using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Where a few jobs stood, to put them back there. Grows to the largest set it held and allocates nothing after.</summary>
internal sealed class UndoLog(SlotPlan plan)
{
    private int[] _jobs = new int[16];
    private int[] _slotEnd = new int[16];
    private int[] _pieceEnd = new int[16];
    private double[] _cost = new double[16];
    private int[] _slots = new int[256];
    private int[] _pieces = new int[64];
    private int _count;

    public void Clear() => _count = 0;

    /// <summary>Whether the job added as the n-th had no place.</summary>
    public bool IsEmpty(int index) => _slotEnd[index] == (index == 0 ? 0 : _slotEnd[index - 1]);

    public void Add(int job)
    {
        if (_count == _jobs.Length)
        {
            Array.Resize(ref _jobs, _count * 2);
            Array.Resize(ref _slotEnd, _count * 2);
            Array.Resize(ref _pieceEnd, _count * 2);
            Array.Resize(ref _cost, _count * 2);
        }

        int slotStart = _count == 0 ? 0 : _slotEnd[_count - 1];
        int pieceStart = _count == 0 ? 0 : _pieceEnd[_count - 1];
        _jobs[_count] = job;
        if (plan.IsPlaced(job))
        {
            ReadOnlySpan<int> slots = plan.Slots(job);
            ReadOnlySpan<int> pieces = plan.PieceLengths(job);
            Append(ref _slots, slotStart, slots);
            Append(ref _pieces, pieceStart, pieces);
            _slotEnd[_count] = slotStart + slots.Length;
            _pieceEnd[_count] = pieceStart + pieces.Length;
            _cost[_count] = plan.Cost(job);
        }
        else
        {
            _slotEnd[_count] = slotStart;
            _pieceEnd[_count] = pieceStart;
        }

        _count++;
    }

    /// <summary>Takes the jobs out of where they stand now and puts them back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Restore()
    {
        for (int i = 0; i < _count; i++)
        {
            if (plan.IsPlaced(_jobs[i]))
            {
                plan.Remove(_jobs[i]);
            }
        }

        for (int i = 0; i < _count; i++)
        {
            int slotStart = i == 0 ? 0 : _slotEnd[i - 1];
            int pieceStart = i == 0 ? 0 : _pieceEnd[i - 1];
            if (_slotEnd[i] > slotStart)
            {
                plan.Place(_jobs[i], _slots.AsSpan(slotStart, _slotEnd[i] - slotStart), _pieces.AsSpan(pieceStart, _pieceEnd[i] - pieceStart), _cost[i]);
            }
        }
    }

    private static void Append(ref int[] target, int at, ReadOnlySpan<int> values)
    {
        if (at + values.Length > target.Length)
        {
            Array.Resize(ref target, Math.Max(target.Length * 2, at + values.Length));
        }

        values.CopyTo(target.AsSpan(at));
    }
}
