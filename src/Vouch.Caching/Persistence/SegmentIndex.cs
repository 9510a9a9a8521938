using System.Runtime.InteropServices;

namespace Vouch.Caching.Persistence;

/// <summary>
/// Where each key's newest record stands: 16 bytes an entry in open addressing, at a load of 44 to 87 %, so 18 to 37 bytes an entry. Keys are not kept: 49 bits of their hash
/// stand for them, and whoever reads the record compares the key itself. Two keys that share those bits displace each other, which costs a miss and never a wrong value:
/// one in a million entries at ten million of them.
/// </summary>
/// <remarks>Safe to share: 64 parts, each under its own short lock. The parts also count, under the same lock, what is found and what is not.</remarks>
internal sealed class SegmentIndex
{
    private const int Parts = 64;
    private const int SmallestTable = 16;

    private readonly Part[] _parts;

    public SegmentIndex()
    {
        _parts = new Part[Parts];
        for (int i = 0; i < Parts; i++)
        {
            _parts[i] = new Part();
        }
    }

    /// <summary>Gets the number of entries, those included whose time is over and which nobody has met since. O(64).</summary>
    public long Count => _parts.Sum(static part => (long)part.Count);

    /// <summary>Gets the memory the index takes, in bytes.</summary>
    public long Bytes => _parts.Sum(static part => (long)part.Table.Length) * Marshal.SizeOf<Cell>();

    /// <summary>Gets how often <see cref="TryFind"/> found something, and how often not.</summary>
    public (long Found, long Missing) Lookups => (_parts.Sum(static part => part.Found), _parts.Sum(static part => part.Missing));

    /// <summary>Finds the entry of a hash, and remembers that it was read.</summary>
    public bool TryFind(ulong hash, out IndexEntry entry)
    {
        Part part = PartOf(hash);
        lock (part.Lock)
        {
            int at = part.Find(hash);
            if (at < 0)
            {
                part.Missing++;
                entry = default;
                return false;
            }

            part.Found++;
            ref Cell cell = ref part.Table[at];
            entry = new IndexEntry(cell.Word, cell.Deadline);
            if (!entry.WasRead)
            {
                cell.Word = entry.AsRead().Word;
            }

            return true;
        }
    }

    /// <summary>Looks without counting or remembering.</summary>
    public bool TryPeek(ulong hash, out IndexEntry entry)
    {
        Part part = PartOf(hash);
        lock (part.Lock)
        {
            int at = part.Find(hash);
            entry = at < 0 ? default : new IndexEntry(part.Table[at].Word, part.Table[at].Deadline);
            return at >= 0;
        }
    }

    /// <summary>Puts an entry in and returns the bytes of the record that it takes the place of, 0 for none.</summary>
    public long Put(ulong hash, IndexEntry entry)
    {
        Part part = PartOf(hash);
        lock (part.Lock)
        {
            return part.Put((uint)(hash >> 32), entry);
        }
    }

    /// <summary>Takes an entry out and returns the bytes of its record, 0 for none.</summary>
    public long Remove(ulong hash)
    {
        Part part = PartOf(hash);
        lock (part.Lock)
        {
            int at = part.Find(hash);
            return at < 0 ? 0 : part.RemoveAt(at);
        }
    }

    /// <summary>Takes an entry out if it still stands where it did, and returns the bytes of its record, 0 where it does not.</summary>
    public long Remove(ulong hash, IndexEntry seen)
    {
        Part part = PartOf(hash);
        lock (part.Lock)
        {
            int at = part.Find(hash);
            return at >= 0 && new IndexEntry(part.Table[at].Word, 0).IsAtSamePlace(seen) ? part.RemoveAt(at) : 0;
        }
    }

    /// <summary>Moves an entry's deadline if it still stands where it did.</summary>
    public bool Touch(ulong hash, IndexEntry seen, uint deadline)
    {
        Part part = PartOf(hash);
        lock (part.Lock)
        {
            int at = part.Find(hash);
            if (at < 0 || !new IndexEntry(part.Table[at].Word, 0).IsAtSamePlace(seen))
            {
                return false;
            }

            part.Table[at].Deadline = deadline;
            return true;
        }
    }

    /// <summary>Takes every entry out that stands in a segment at or behind an offset, and returns how many and their bytes. O(capacity).</summary>
    public (long Entries, long Bytes) RemoveSegment(int slot, int fromOffset)
    {
        (long entries, long bytes) = (0, 0);
        foreach (Part part in _parts)
        {
            lock (part.Lock)
            {
                for (int at = 0; at < part.Table.Length;)
                {
                    var entry = new IndexEntry(part.Table[at].Word, 0);
                    if (!entry.IsEmpty && entry.Slot == slot && entry.Offset >= fromOffset)
                    {
                        bytes += part.RemoveAt(at); // pulls a later cell into this place, so look at it again
                        entries++;
                    }
                    else
                    {
                        at++;
                    }
                }
            }
        }

        return (entries, bytes);
    }

    public void Clear()
    {
        foreach (Part part in _parts)
        {
            lock (part.Lock)
            {
                part.Table = new Cell[SmallestTable];
                part.Count = 0;
            }
        }
    }

    private Part PartOf(ulong hash) => _parts[hash & (Parts - 1)];

    private struct Cell
    {
        public uint Tag;
        public uint Deadline;
        public ulong Word;
    }

    private sealed class Part
    {
        public readonly Lock Lock = new();
        public Cell[] Table = new Cell[SmallestTable];
        public int Count;
        public long Found;
        public long Missing;

        public int Find(ulong hash)
        {
            Cell[] table = Table;
            uint tag = (uint)(hash >> 32);
            ulong low = IndexEntry.LowTag(hash);
            for (int at = Home(tag, table.Length); ; at = (at + 1) & (table.Length - 1))
            {
                ref Cell cell = ref table[at];
                if (cell.Word == 0)
                {
                    return -1;
                }

                if (cell.Tag == tag && IndexEntry.LowTagOf(cell.Word) == low)
                {
                    return at;
                }
            }
        }

        public long Put(uint tag, IndexEntry entry)
        {
            if ((Count + 1) * 8L > Table.Length * 7L)
            {
                Grow();
            }

            Cell[] table = Table;
            for (int at = Home(tag, table.Length); ; at = (at + 1) & (table.Length - 1))
            {
                ref Cell cell = ref table[at];
                if (cell.Word == 0)
                {
                    cell = new Cell { Tag = tag, Deadline = entry.Deadline, Word = entry.Word };
                    Count++;
                    return 0;
                }

                if (cell.Tag == tag && IndexEntry.LowTagOf(cell.Word) == IndexEntry.LowTagOf(entry.Word))
                {
                    long before = new IndexEntry(cell.Word, 0).ApproximateBytes;
                    cell.Deadline = entry.Deadline;
                    cell.Word = entry.Word;
                    return before;
                }
            }
        }

        public long RemoveAt(int at)
        {
            // Deletion without tombstones: cells behind the gap move up as long as their home allows (Knuth, volume 3, 6.4, algorithm R).
            Cell[] table = Table;
            int mask = table.Length - 1;
            long bytes = new IndexEntry(table[at].Word, 0).ApproximateBytes;
            int gap = at;
            for (int next = (at + 1) & mask; table[next].Word != 0; next = (next + 1) & mask)
            {
                int home = Home(table[next].Tag, table.Length);
                if (((next - home) & mask) >= ((next - gap) & mask))
                {
                    table[gap] = table[next];
                    gap = next;
                }
            }

            table[gap] = default;
            Count--;
            return bytes;
        }

        // The part comes from the hash's lowest bits, the place from its highest 32 by a multiplication: consecutive tags spread.
        private static int Home(uint tag, int length) => (int)(((ulong)(tag * 0x9E37_79B1U) * (ulong)length) >> 32);

        private void Grow()
        {
            Cell[] old = Table;
            Table = new Cell[checked(old.Length * 2)];
            Count = 0;
            foreach (Cell cell in old)
            {
                if (cell.Word != 0)
                {
                    Put(cell.Tag, new IndexEntry(cell.Word, cell.Deadline));
                }
            }
        }
    }
}
