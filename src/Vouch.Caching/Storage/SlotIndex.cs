using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Caching.Storage;

/// <summary>Where the slots of a hash are: groups of one cache line, each with eleven slots, a byte of each slot's hash to tell them apart by one comparison, and a version.</summary>
/// <remarks>
/// <para>A group's line: version (4 bytes; odd while it is changed), first slot of its overflow plus one (4), tags (11, 0 for none), a spare byte, slots (44). A table has a group for every
/// eight slots; what does not fit into its group, one entry in eighty, hangs on the group's overflow chain, <see cref="Entry{TKey, TValue}.Next"/>.</para>
/// <para>Writers hold the cache's lock. Readers take none: they read the version, then the group and entries, then the version again (<see cref="IsUnchanged"/>), and drop what
/// they have read when it is another. The order that holds on weak memory models: a writer makes the version odd before it changes the group and even after, and frees or
/// reuses an entry only after that; <see cref="Volatile.WriteBarrier"/> and <see cref="Volatile.ReadBarrier"/> keep the steps apart on either side.</para>
/// <para>After the open-addressing tables with tag bytes of Abseil and Folly, whose groups are probed in the same way.</para>
/// </remarks>
internal readonly struct SlotIndex
{
    /// <summary>The bytes of a group: a line of the processor's cache.</summary>
    public const int GroupBytes = 64;

    private const int SlotsPerGroup = 11;
    private const int FillPerGroup = 8;
    private const int OverflowAt = 4;
    private const int TagsAt = 8;
    private const int SlotsAt = 20;
    private const uint TagMask = (1 << SlotsPerGroup) - 1;

    private readonly ulong[] _words;
    private readonly nuint _start;
    private readonly uint _groups;

    public SlotIndex(int slots)
    {
        _groups = (uint)((slots + FillPerGroup - 1) / FillPerGroup);

        // Pinned, so that what is aligned to a line stays so.
        _words = GC.AllocateArray<ulong>((int)(((long)_groups + 1) * (GroupBytes / sizeof(ulong))), pinned: true);
        nuint address = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(_words, 0);
        _start = (nuint)(-(nint)address & (GroupBytes - 1));
    }

    /// <summary>The group where a hash belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte GroupOf(uint hash) =>
        ref Unsafe.AddByteOffset(ref Unsafe.As<ulong, byte>(ref MemoryMarshal.GetArrayDataReference(_words)), _start + ((nuint)(((ulong)hash * _groups) >> 32) * GroupBytes));

    /// <summary>Begins a read: the group's version, odd when it is being changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Version(ref byte group) => Volatile.Read(ref Unsafe.As<byte, uint>(ref group));

    /// <summary>Ends a read: whether what was read since <see cref="Version"/> belongs together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUnchanged(ref byte group, uint version)
    {
        Volatile.ReadBarrier();
        return Unsafe.As<byte, uint>(ref group) == version;
    }

    /// <summary>The places of the group whose slots may have this hash, a bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Candidates(ref byte group, uint hash) =>
        Vector128.Equals(Vector128.LoadUnsafe(ref group, TagsAt), Vector128.Create(Tag(hash))).ExtractMostSignificantBits() & TagMask;

    /// <summary>The slot at the lowest of some places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int First(ref byte group, uint places) => SlotAt(ref group, BitOperations.TrailingZeroCount(places));

    /// <summary>The first slot of the overflow, -1 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Overflow(ref byte group) => Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref group, OverflowAt)) - 1;

    /// <summary>Keeps readers of a group away.</summary>
    public static void BeginChange(ref byte group)
    {
        ref uint version = ref Unsafe.As<byte, uint>(ref group);
        Volatile.Write(ref version, version + 1);
        Volatile.WriteBarrier();
    }

    /// <summary>Lets readers back in.</summary>
    public static void EndChange(ref byte group)
    {
        ref uint version = ref Unsafe.As<byte, uint>(ref group);
        Volatile.Write(ref version, version + 1);
        Volatile.WriteBarrier();
    }

    /// <summary>Adds a slot to its group; false where the group is full, and the slot is for its overflow.</summary>
    public static bool TryAdd(ref byte group, uint hash, int slot)
    {
        uint free = Vector128.Equals(Vector128.LoadUnsafe(ref group, TagsAt), Vector128<byte>.Zero).ExtractMostSignificantBits() & TagMask;
        if (free == 0)
        {
            return false;
        }

        Put(ref group, BitOperations.TrailingZeroCount(free), hash, slot);
        return true;
    }

    /// <summary>The place of a slot in its group; -1 where it is in the overflow.</summary>
    public static int PlaceOf(ref byte group, uint hash, int slot)
    {
        for (uint places = Candidates(ref group, hash); places != 0; places &= places - 1)
        {
            int place = BitOperations.TrailingZeroCount(places);
            if (SlotAt(ref group, place) == slot)
            {
                return place;
            }
        }

        return -1;
    }

    public static void Put(ref byte group, int place, uint hash, int slot)
    {
        SlotAt(ref group, place) = slot;
        Unsafe.AddByteOffset(ref group, (nuint)(TagsAt + place)) = Tag(hash);
    }

    public static void Empty(ref byte group, int place) => Unsafe.AddByteOffset(ref group, (nuint)(TagsAt + place)) = 0;

    public static void SetOverflow(ref byte group, int slot) => Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref group, OverflowAt)) = slot + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref int SlotAt(ref byte group, int place) => ref Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref group, (nuint)(uint)(SlotsAt + (place * sizeof(int)))));

    // The group is chosen by the upper bits. 0 means empty, so 255 values are left.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Tag(uint hash) => (byte)Math.Max(hash & 0xFF, 1);
}
