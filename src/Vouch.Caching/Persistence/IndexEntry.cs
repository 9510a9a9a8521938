using System.Numerics;

namespace Vouch.Caching.Persistence;

/// <summary>Where a record stands, in one word: 1 bit "was read since it was written", 16 bits segment slot, 28 bits offset in steps of 8 bytes, 8 bits size (to within an eighth), 11 bits of the key's hash.</summary>
/// <param name="Word">The word; zero for none.</param>
/// <param name="Deadline">When the entry ends, in <see cref="Deadlines"/> steps.</param>
internal readonly record struct IndexEntry(ulong Word, uint Deadline)
{
    /// <summary>One more than the greatest slot.</summary>
    public const int Slots = 1 << 16;

    private const ulong ReadBit = 1UL << 63;
    private const int SlotShift = 47;
    private const int OffsetShift = 19;
    private const int SizeShift = 11;
    private const ulong LowTagMask = (1UL << SizeShift) - 1;

    public IndexEntry(ulong hash, int slot, int offset, long totalBytes, uint deadline)
        : this(((ulong)slot << SlotShift) | ((ulong)(offset / RecordHeader.Alignment) << OffsetShift) | (SizeCode(totalBytes) << SizeShift) | LowTag(hash), deadline)
    {
    }

    public bool IsEmpty => Word == 0;

    public bool WasRead => (Word & ReadBit) != 0;

    public int Slot => (int)(Word >> SlotShift) & (Slots - 1);

    public int Offset => (int)((Word >> OffsetShift) & ((1UL << 28) - 1)) * RecordHeader.Alignment;

    /// <summary>Gets what the record takes, rounded down to one of eight steps between powers of two: the same record always counts the same.</summary>
    public long ApproximateBytes
    {
        get
        {
            int code = (int)(Word >> SizeShift) & 0xFF;
            return ((8L + (code & 7)) << (code >> 3)) * RecordHeader.Alignment / 8;
        }
    }

    public static ulong LowTag(ulong hash) => (hash >> 21) & LowTagMask;

    public static ulong LowTagOf(ulong word) => word & LowTagMask;

    public IndexEntry AsRead() => this with { Word = Word | ReadBit };

    public bool IsAtSamePlace(IndexEntry other) => ((Word ^ other.Word) & ~ReadBit) == 0;

    private static ulong SizeCode(long bytes)
    {
        ulong units = (ulong)bytes / RecordHeader.Alignment;
        int exponent = BitOperations.Log2(units);
        ulong mantissa = exponent >= 3 ? (units >> (exponent - 3)) & 7 : (units << (3 - exponent)) & 7;
        return ((ulong)exponent << 3) | mantissa;
    }
}
