using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.TrustEngine.Audit;

/// <summary>SHA-256 of many short messages at once, eight to a vector: a Merkle log hashes two small blocks per entry, where a call of the system's SHA-256 costs more than its work.</summary>
/// <remarks>
/// Source: FIPS 180-4; the arrangement of S. Gueron and V. Krasnov, <i>Simultaneous Hashing of Multiple Messages</i>, 2012. Only for data that is public
/// to whoever measures time: hashing is free of secrets here. Few or long messages, and processors without such vectors, are left to the system.
/// </remarks>
internal static class Sha256Lanes
{
    private const int Lanes = 8;
    private const int BlockLength = 64;
    private const int Words = 16;

    /// <summary>Up to this many messages the system's SHA-256 is as quick.</summary>
    private const int Few = 2;

    /// <summary>From this length on the system's SHA-256 is as quick, and one message would keep the other lanes waiting.</summary>
    private const int Long = 4096;

    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static ReadOnlySpan<uint> Start => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Gets whether vectors are used.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    /// <summary>Hashes pairs of nodes: each parent is SHA-256(0x01, left, right).</summary>
    /// <param name="children">Twice as many as there are parents.</param>
    /// <param name="parents">Filled.</param>
    public static void HashNodes(ReadOnlySpan<MerkleHash> children, Span<MerkleHash> parents)
    {
        int done = 0;
        if (IsSupported && parents.Length > Few)
        {
            Span<uint> words = stackalloc uint[Words * Lanes];
            Span<uint> state = stackalloc uint[8 * Lanes];
            while (parents.Length - done > Few)
            {
                int count = Math.Min(Lanes, parents.Length - done);
                HashEightNodes(children.Slice(2 * done, 2 * count), parents.Slice(done, count), words, state);
                done += count;
            }
        }

        for (; done < parents.Length; done++)
        {
            parents[done] = MerkleTree.HashNode(children[2 * done], children[(2 * done) + 1]);
        }
    }

    /// <summary>Hashes messages that stand in one buffer.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="messages">Where each message starts, and its length.</param>
    /// <param name="hashes">As many as there are messages; filled.</param>
    public static void HashMessages(ReadOnlySpan<byte> buffer, ReadOnlySpan<(int Start, int Length)> messages, Span<MerkleHash> hashes)
    {
        int next = 0;
        if (IsSupported && messages.Length > Few)
        {
            new Schedule(buffer, messages, hashes, stackalloc uint[Words * Lanes], stackalloc uint[8 * Lanes], stackalloc byte[2 * BlockLength * Lanes], stackalloc Lane[Lanes]).Run();
            return;
        }

        for (; next < messages.Length; next++)
        {
            hashes[next] = MerkleTree.HashPrefixedLeaf(buffer.Slice(messages[next].Start, messages[next].Length));
        }
    }

    private static void HashEightNodes(ReadOnlySpan<MerkleHash> children, Span<MerkleHash> parents, Span<uint> words, Span<uint> state)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(children);
        for (int lane = 0; lane < Lanes; lane++)
        {
            // Lanes without a pair repeat the first; nobody reads their hash.
            LoadBlock(bytes.Slice(lane < parents.Length ? lane * BlockLength : 0, BlockLength), words, lane);
        }

        // The prefix 0x01 moves everything by one byte, and the last byte into a second block.
        ref uint word = ref MemoryMarshal.GetReference(words);
        Vector256<uint> carried = Vector256.Create(0x01u);
        for (nuint i = 0; i < Words * Lanes; i += Lanes)
        {
            Vector256<uint> here = Vector256.LoadUnsafe(ref word, i);
            ((carried << 24) | (here >>> 8)).StoreUnsafe(ref word, i);
            carried = here;
        }

        for (int i = 0; i < 8; i++)
        {
            state.Slice(i * Lanes, Lanes).Fill(Start[i]);
        }

        Compress(ref MemoryMarshal.GetReference(state), ref word);
        ((carried << 24) | Vector256.Create(0x0080_0000u)).StoreUnsafe(ref word);
        words[Lanes..].Clear();
        words[((Words - 1) * Lanes)..].Fill(8 * (1 + BlockLength));
        Compress(ref MemoryMarshal.GetReference(state), ref word);
        for (int lane = 0; lane < parents.Length; lane++)
        {
            parents[lane] = ReadHash(state, lane);
        }
    }

    private static void LoadBlock(ReadOnlySpan<byte> block, Span<uint> words, int lane)
    {
        ref byte from = ref MemoryMarshal.GetReference(block);
        ref uint to = ref Unsafe.Add(ref MemoryMarshal.GetReference(words), lane);
        for (int i = 0; i < Words; i++)
        {
            uint word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, i * sizeof(uint)));
            Unsafe.Add(ref to, i * Lanes) = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
        }
    }

    private static MerkleHash ReadHash(ReadOnlySpan<uint> state, int lane)
    {
        Span<byte> hash = stackalloc byte[MerkleHash.Length];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * sizeof(uint))..], state[(i * Lanes) + lane]);
        }

        return new MerkleHash(hash);
    }

    // One block of eight messages. State and words stand lane by lane: word i of all lanes, then word i + 1. Overwrites the words.
    private static void Compress(ref uint state, ref uint word)
    {
        Vector256<uint> a = Vector256.LoadUnsafe(ref state);
        Vector256<uint> b = Vector256.LoadUnsafe(ref state, 1 * Lanes);
        Vector256<uint> c = Vector256.LoadUnsafe(ref state, 2 * Lanes);
        Vector256<uint> d = Vector256.LoadUnsafe(ref state, 3 * Lanes);
        Vector256<uint> e = Vector256.LoadUnsafe(ref state, 4 * Lanes);
        Vector256<uint> f = Vector256.LoadUnsafe(ref state, 5 * Lanes);
        Vector256<uint> g = Vector256.LoadUnsafe(ref state, 6 * Lanes);
        Vector256<uint> h = Vector256.LoadUnsafe(ref state, 7 * Lanes);
        ref uint constant = ref MemoryMarshal.GetReference(Constants);
        for (nuint t = 0; t < 64; t += 8)
        {
            nuint at = t & 8;
            if (t >= Words)
            {
                for (nuint i = at; i < at + 8; i++)
                {
                    Expand(ref word, i);
                }
            }

            ref uint k = ref Unsafe.Add(ref constant, t);
            ref uint w = ref Unsafe.Add(ref word, at * Lanes);
            Round(a, b, c, ref d, e, f, g, ref h, ref k, ref w, 0);
            Round(h, a, b, ref c, d, e, f, ref g, ref k, ref w, 1);
            Round(g, h, a, ref b, c, d, e, ref f, ref k, ref w, 2);
            Round(f, g, h, ref a, b, c, d, ref e, ref k, ref w, 3);
            Round(e, f, g, ref h, a, b, c, ref d, ref k, ref w, 4);
            Round(d, e, f, ref g, h, a, b, ref c, ref k, ref w, 5);
            Round(c, d, e, ref f, g, h, a, ref b, ref k, ref w, 6);
            Round(b, c, d, ref e, f, g, h, ref a, ref k, ref w, 7);
        }

        (a + Vector256.LoadUnsafe(ref state)).StoreUnsafe(ref state);
        (b + Vector256.LoadUnsafe(ref state, 1 * Lanes)).StoreUnsafe(ref state, 1 * Lanes);
        (c + Vector256.LoadUnsafe(ref state, 2 * Lanes)).StoreUnsafe(ref state, 2 * Lanes);
        (d + Vector256.LoadUnsafe(ref state, 3 * Lanes)).StoreUnsafe(ref state, 3 * Lanes);
        (e + Vector256.LoadUnsafe(ref state, 4 * Lanes)).StoreUnsafe(ref state, 4 * Lanes);
        (f + Vector256.LoadUnsafe(ref state, 5 * Lanes)).StoreUnsafe(ref state, 5 * Lanes);
        (g + Vector256.LoadUnsafe(ref state, 6 * Lanes)).StoreUnsafe(ref state, 6 * Lanes);
        (h + Vector256.LoadUnsafe(ref state, 7 * Lanes)).StoreUnsafe(ref state, 7 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand(ref uint word, nuint i)
    {
        Vector256<uint> early = Vector256.LoadUnsafe(ref word, ((i + 1) & 15) * Lanes);
        Vector256<uint> late = Vector256.LoadUnsafe(ref word, ((i + 14) & 15) * Lanes);
        Vector256<uint> sum = Vector256.LoadUnsafe(ref word, i * Lanes) + Vector256.LoadUnsafe(ref word, ((i + 9) & 15) * Lanes);
        sum += Rotate(early, 7) ^ Rotate(early, 18) ^ (early >>> 3);
        sum += Rotate(late, 17) ^ Rotate(late, 19) ^ (late >>> 10);
        sum.StoreUnsafe(ref word, i * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector256<uint> a,
        Vector256<uint> b,
        Vector256<uint> c,
        ref Vector256<uint> d,
        Vector256<uint> e,
        Vector256<uint> f,
        Vector256<uint> g,
        ref Vector256<uint> h,
        ref uint constant,
        ref uint word,
        nuint i)
    {
        Vector256<uint> first = h + Vector256.Create(Unsafe.Add(ref constant, i)) + Vector256.LoadUnsafe(ref word, i * Lanes)
            + (g ^ (e & (f ^ g))) + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25));
        d += first;
        h = first + (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) | (c & (a | b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> value, int right) => (value >>> right) | (value << (32 - right));

    /// <summary>What one lane works on.</summary>
    private struct Lane
    {
        public int Message;
        public int Next;
        public int WholeBlocks;
        public int EndBlocks;
        public int EndBlocksDone;
    }

    /// <summary>Keeps all lanes busy: a lane whose message is done takes the next one, whatever its length.</summary>
    private ref struct Schedule(
        ReadOnlySpan<byte> buffer, ReadOnlySpan<(int Start, int Length)> messages, Span<MerkleHash> hashes, Span<uint> words, Span<uint> state, Span<byte> ends, Span<Lane> lanes)
    {
        private readonly ReadOnlySpan<byte> _buffer = buffer;
        private readonly ReadOnlySpan<(int Start, int Length)> _messages = messages;
        private readonly Span<MerkleHash> _hashes = hashes;
        private readonly Span<uint> _words = words;
        private readonly Span<uint> _state = state;
        private readonly Span<byte> _ends = ends;
        private readonly Span<Lane> _lanes = lanes;
        private int _taken;

        public void Run()
        {
            int busy = 0;
            for (int lane = 0; lane < Lanes; lane++)
            {
                busy += Take(lane) ? 1 : 0;
            }

            while (busy > 0)
            {
                for (int lane = 0; lane < Lanes; lane++)
                {
                    LoadBlock(NextBlock(lane), _words, lane);
                }

                Compress(ref MemoryMarshal.GetReference(_state), ref MemoryMarshal.GetReference(_words));
                for (int lane = 0; lane < Lanes; lane++)
                {
                    Lane done = _lanes[lane];
                    if (done.Message >= 0 && done.WholeBlocks == 0 && done.EndBlocksDone == done.EndBlocks)
                    {
                        _hashes[done.Message] = ReadHash(_state, lane);
                        busy -= Take(lane) ? 0 : 1;
                    }
                }
            }
        }

        // False where no message is left: the lane then idles on whatever stands in its end block.
        private bool Take(int lane)
        {
            while (_taken < _messages.Length && _messages[_taken].Length >= Long)
            {
                _hashes[_taken] = MerkleTree.HashPrefixedLeaf(_buffer.Slice(_messages[_taken].Start, _messages[_taken].Length));
                _taken++;
            }

            if (_taken == _messages.Length)
            {
                _lanes[lane] = new Lane { Message = -1 };
                return false;
            }

            (int start, int length) = _messages[_taken];
            int whole = length / BlockLength;
            int rest = length % BlockLength;
            int endBlocks = rest < BlockLength - 8 ? 1 : 2;
            Span<byte> end = _ends.Slice(lane * 2 * BlockLength, endBlocks * BlockLength);
            end.Clear();
            _buffer.Slice(start + length - rest, rest).CopyTo(end);
            end[rest] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(end[^8..], 8L * length);
            _lanes[lane] = new Lane { Message = _taken++, Next = start, WholeBlocks = whole, EndBlocks = endBlocks };
            for (int i = 0; i < 8; i++)
            {
                _state[(i * Lanes) + lane] = Start[i];
            }

            return true;
        }

        private readonly ReadOnlySpan<byte> NextBlock(int index)
        {
            ref Lane lane = ref _lanes[index];
            if (lane.WholeBlocks > 0)
            {
                ReadOnlySpan<byte> block = _buffer.Slice(lane.Next, BlockLength);
                lane.Next += BlockLength;
                lane.WholeBlocks--;
                return block;
            }

            int at = lane.Message < 0 ? 0 : lane.EndBlocksDone++;
            return _ends.Slice(((index * 2) + at) * BlockLength, BlockLength);
        }
    }
}
