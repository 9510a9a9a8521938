using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>
/// Makes schedules from lists: the serial generation scheme (each activity of the list at its earliest fit), from the front or, with precedence turned round, from the
/// back. One call is one generated schedule. Not safe to share: it holds the profile it works on.
/// </summary>
/// <remarks>
/// Source: J. E. Kelley, 1963; R. Kolisch, <i>European Journal of Operational Research</i> 90, 1996. Where up to four resources have capacities of 127 at most, the free
/// capacities of a slot are the four bytes of a word: one vector subtraction tests eight slots and all resources, and its sign bits name the last slot that is too full,
/// behind which the next try begins.
/// </remarks>
internal sealed class ScheduleGenerator
{
    private const int Lanes = 8;

    private readonly ProjectModel _model;
    private readonly uint[] _packed;
    private readonly int[][] _free;
    private readonly uint[] _masks;
    private int _dirty;

    public ScheduleGenerator(ProjectModel model)
    {
        _model = model;
        int slots = model.Horizon + (2 * Lanes);
        _masks = new uint[2 * Lanes];
        Array.Fill(_masks, uint.MaxValue, 0, Lanes);
        if (model.PackedDemand.Length > 0)
        {
            _packed = new uint[slots];
            Array.Fill(_packed, model.PackedCapacity);
            _free = [];
        }
        else
        {
            _packed = [];
            _free = [.. model.Capacity.Select(capacity =>
            {
                int[] row = new int[slots];
                Array.Fill(row, capacity);
                return row;
            })];
        }
    }

    /// <summary>How many schedules were made.</summary>
    public long Generated { get; private set; }

    /// <summary>Makes one schedule.</summary>
    /// <param name="arcs">Precedence, in the direction of the schedule.</param>
    /// <param name="list">The activities, each after its predecessors.</param>
    /// <param name="finish">Receives the end of each activity.</param>
    /// <returns>The makespan.</returns>
    public int Serial(PrecedenceArcs arcs, ReadOnlySpan<ushort> list, Span<int> finish)
    {
        Generated++;
        return _packed.Length > 0 ? SerialPacked(arcs, list, finish) : SerialPlain(arcs, list, finish);
    }

    private int SerialPacked(PrecedenceArcs arcs, ReadOnlySpan<ushort> list, Span<int> finish)
    {
        ref uint free = ref MemoryMarshal.GetArrayDataReference(_packed);
        ref uint masks = ref MemoryMarshal.GetArrayDataReference(_masks);
        ref int rows = ref MemoryMarshal.GetArrayDataReference(arcs.Starts);
        ref int before = ref MemoryMarshal.GetArrayDataReference(arcs.Arcs);
        ref int ends = ref MemoryMarshal.GetReference(finish);
        int[] duration = _model.Duration;
        uint[] demand = _model.PackedDemand;
        Array.Fill(_packed, _model.PackedCapacity, 0, Math.Min(_dirty + Lanes, _packed.Length));
        int makespan = 0;
        foreach (ushort activity in list)
        {
            int start = 0;
            int last = Unsafe.Add(ref rows, activity + 1);
            for (int at = Unsafe.Add(ref rows, activity); at < last; at++)
            {
                start = Math.Max(start, Unsafe.Add(ref ends, Unsafe.Add(ref before, at)));
            }

            int length = duration[activity];
            uint want = demand[activity];
            if (want != 0)
            {
                start = length <= Lanes ? PlaceShort(ref free, ref masks, start, length, want) : PlaceLong(ref free, ref masks, start, length, want);
            }

            int end = start + length;
            Unsafe.Add(ref ends, activity) = end;
            makespan = Math.Max(makespan, end);
        }

        _dirty = makespan;
        return makespan;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PlaceShort(ref uint free, ref uint masks, int start, int length, uint want)
    {
        Vector256<byte> need = (Vector256.Create(want) & Vector256.LoadUnsafe(ref masks, (nuint)(Lanes - length))).AsByte();
        while (true)
        {
            Vector256<byte> left = Vector256.LoadUnsafe(ref free, (nuint)start).AsByte() - need;
            uint full = left.ExtractMostSignificantBits();
            if (full == 0)
            {
                left.AsUInt32().StoreUnsafe(ref free, (nuint)start);
                return start;
            }

            start += ((31 - BitOperations.LeadingZeroCount(full)) >> 2) + 1;
        }
    }

    private static int PlaceLong(ref uint free, ref uint masks, int start, int length, uint want)
    {
        Vector256<byte> need = Vector256.Create(want).AsByte();
        int tail = length % Lanes;
        Vector256<byte> rest = (Vector256.Create(want) & Vector256.LoadUnsafe(ref masks, (nuint)(Lanes - tail))).AsByte();
        while (true)
        {
            // From the back: the last slot that is too full is the one to begin behind.
            int at = length - tail;
            uint full = (Vector256.LoadUnsafe(ref free, (nuint)(start + at)).AsByte() - rest).ExtractMostSignificantBits();
            while (full == 0 && at > 0)
            {
                at -= Lanes;
                full = (Vector256.LoadUnsafe(ref free, (nuint)(start + at)).AsByte() - need).ExtractMostSignificantBits();
            }

            if (full == 0)
            {
                break;
            }

            start += at + ((31 - BitOperations.LeadingZeroCount(full)) >> 2) + 1;
        }

        for (int at = 0; at < length - tail; at += Lanes)
        {
            (Vector256.LoadUnsafe(ref free, (nuint)(start + at)).AsByte() - need).AsUInt32().StoreUnsafe(ref free, (nuint)(start + at));
        }

        int end = start + length - tail;
        (Vector256.LoadUnsafe(ref free, (nuint)end).AsByte() - rest).AsUInt32().StoreUnsafe(ref free, (nuint)end);
        return start;
    }

    private int SerialPlain(PrecedenceArcs arcs, ReadOnlySpan<ushort> list, Span<int> finish)
    {
        for (int k = 0; k < _free.Length; k++)
        {
            Array.Fill(_free[k], _model.Capacity[k], 0, _dirty);
        }

        int makespan = 0;
        foreach (ushort activity in list)
        {
            int start = 0;
            foreach (int before in arcs.Of(activity))
            {
                start = Math.Max(start, finish[before]);
            }

            int length = _model.Duration[activity];
            start = EarliestFit(activity, start, length);
            for (int k = 0; k < _free.Length; k++)
            {
                int want = _model.Demands[k][activity];
                if (want > 0)
                {
                    foreach (ref int slot in _free[k].AsSpan(start, length))
                    {
                        slot -= want;
                    }
                }
            }

            finish[activity] = start + length;
            makespan = Math.Max(makespan, start + length);
        }

        _dirty = makespan;
        return makespan;
    }

    private int EarliestFit(int activity, int start, int length)
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            for (int k = 0; k < _free.Length; k++)
            {
                int want = _model.Demands[k][activity];
                while (want > 0)
                {
                    int full = LastBelow(_free[k].AsSpan(start, length), want);
                    if (full < 0)
                    {
                        break;
                    }

                    start += full + 1;
                    moved = true;
                }
            }
        }

        return start;
    }

    /// <summary>The last slot with less than is wanted, or -1.</summary>
    private static int LastBelow(ReadOnlySpan<int> free, int want)
    {
        int at = free.Length;
        Vector256<int> least = Vector256.Create(want);
        while (at >= Lanes)
        {
            uint full = Vector256.LessThan(Vector256.Create(free.Slice(at - Lanes, Lanes)), least).ExtractMostSignificantBits();
            if (full != 0)
            {
                return at - Lanes + 31 - BitOperations.LeadingZeroCount(full);
            }

            at -= Lanes;
        }

        while (--at >= 0)
        {
            if (free[at] < want)
            {
                return at;
            }
        }

        return -1;
    }
}
