using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Caching.Policies;

/// <summary>Remembers of keys that left the cache when they were read last and their kind: 8 bytes per key, eight keys to a cache line; a full line forgets the key read longest ago.</summary>
/// <remarks>Keys are told apart by their place and the low 24 bits of their hash: at most one stranger in a hundred is taken for an old acquaintance, in tables below a million keys one in fifty thousand. Memory is fixed at construction.</remarks>
internal sealed class ReuseGhosts
{
    // A ghost is a word: the time of the last read below, above it the kind plus one in 8 bits (0 where there is none), and on top 24 bits of the hash.
    private const int Ways = 8;
    private const int HashShift = 40;
    private const ulong HashMask = 0xFFFFFFUL << HashShift;
    private const ulong KindMask = 0xFFUL << 32;
    private const ulong NoGhost = 1UL << 32; // older than any

    private readonly ulong[] _ghosts;
    private readonly int _first; // of the array's words, where a line of the processor's cache begins
    private readonly uint _lines;

    public ReuseGhosts(long keys)
    {
        _lines = (uint)Math.Clamp((keys + Ways - 1) / Ways, 1, 1 << 27);

        // Pinned, so that what is aligned stays so.
        _ghosts = GC.AllocateArray<ulong>((int)((_lines + 1) * Ways), pinned: true);
        nuint address = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(_ghosts, 0);
        _first = (int)((nuint)(-(nint)address) % (Ways * sizeof(ulong)) / sizeof(ulong));
    }

    public int Capacity => (int)(_lines * Ways);

    /// <summary>Takes a key out, if it is there.</summary>
    public bool TryTake(uint hash, out uint lastRead, out byte kind)
    {
        Span<ulong> line = Line(hash);
        ref ulong start = ref MemoryMarshal.GetReference(line);
        ulong wanted = (ulong)hash << HashShift;
        uint found = Matches(ref start, 0, wanted) | Matches(ref start, 2, wanted) | Matches(ref start, 4, wanted) | Matches(ref start, 6, wanted);
        for (; found != 0; found &= found - 1)
        {
            int way = BitOperations.TrailingZeroCount(found);
            ulong ghost = line[way];
            if ((ghost & KindMask) != 0)
            {
                (lastRead, kind) = ((uint)ghost, KindOf(ghost));
                line[way] = 0;
                return true;
            }
        }

        (lastRead, kind) = (0, 0);
        return false;
    }

    /// <summary>Puts a key in. True when that made it forget another one.</summary>
    public bool Add(uint hash, uint lastRead, byte kind, uint now, out uint forgottenRead, out byte forgottenKind)
    {
        Span<ulong> line = Line(hash);
        ref ulong start = ref MemoryMarshal.GetReference(line);
        Vector128<ulong> oldest = Vector128.Max(
            Vector128.Max(Ages(ref start, 0, now), Ages(ref start, 2, now)),
            Vector128.Max(Ages(ref start, 4, now), Ages(ref start, 6, now)));
        int place = (int)(Math.Max(oldest[0], oldest[1]) & (Ways - 1));
        ulong before = line[place];
        (forgottenRead, forgottenKind) = ((uint)before, KindOf(before));
        line[place] = ((ulong)hash << HashShift) | ((ulong)(kind + 1) << 32) | lastRead;
        return (before & KindMask) != 0;
    }

    /// <summary>Tells the model of every so many-th line's keys that they wait.</summary>
    public void Report(ReuseModel model, uint now, int stride)
    {
        for (uint line = 0; line < _lines; line += (uint)stride)
        {
            foreach (ulong ghost in _ghosts.AsSpan(_first + (int)(line * Ways), Ways))
            {
                if ((ghost & KindMask) != 0)
                {
                    model.Waiting(KindOf(ghost), now - (uint)ghost, stride);
                }
            }
        }
    }

    private Span<ulong> Line(uint hash) => _ghosts.AsSpan(_first + (int)((ulong)hash * _lines >> 32) * Ways, Ways);

    private static byte KindOf(ulong ghost) => (byte)((byte)(ghost >> 32) - 1);

    // The two ways whose hash is the wanted one, a bit each at their places.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Matches(ref ulong line, int way, ulong wanted) =>
        Vector128.Equals(Vector128.LoadUnsafe(ref line, (nuint)way) & Vector128.Create(HashMask), Vector128.Create(wanted)).ExtractMostSignificantBits() << way;

    // The ages of two ways, above the ways' numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Ages(ref ulong line, int way, uint now)
    {
        Vector128<ulong> ghosts = Vector128.LoadUnsafe(ref line, (nuint)way);
        Vector128<ulong> ages = (Vector128.Create(now) - ghosts.AsUInt32()).AsUInt64() & Vector128.Create((ulong)uint.MaxValue);
        Vector128<ulong> absent = Vector128.Equals(ghosts & Vector128.Create(KindMask), Vector128<ulong>.Zero);
        return (Vector128.ConditionalSelect(absent, Vector128.Create(NoGhost), ages) << 3) | Vector128.Create((ulong)way, (ulong)way + 1);
    }
}
