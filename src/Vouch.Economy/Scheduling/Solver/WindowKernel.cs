using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// The innermost loops of the search: the cheapest of all windows of a length, the slots in which a demand fits as a bit set, and the starts from which a run of
/// such slots is long enough. Branch-free over vectors of four doubles where the hardware has them.
/// </summary>
internal static class WindowKernel
{
    public const int WordBits = 64;

    /// <summary>The words that hold so many slots, and one more that shifts may read.</summary>
    public static int WordsFor(int slots) => ((slots + WordBits - 1) / WordBits) + 1;

    /// <summary>The least <c>prefix[s + length] - prefix[s]</c> over <paramref name="count"/> starts from <paramref name="from"/> on; the earliest among equals.</summary>
    /// <remarks>Two loads, a subtraction and a minimum per start; the start is found again in a second pass over the one block of 256 that held the minimum.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Cheapest(ReadOnlySpan<double> prefix, int length, int from, int count, out int start)
    {
        ReadOnlySpan<double> head = prefix.Slice(from, count);
        ReadOnlySpan<double> tail = prefix.Slice(from + length, count);
        double best = double.PositiveInfinity;
        int bestBlock = 0;
        const int Block = 256;
        for (int block = 0; block < count; block += Block)
        {
            int size = Math.Min(Block, count - block);
            double least = Least(ref MemoryMarshal.GetReference(head[block..]), ref MemoryMarshal.GetReference(tail[block..]), size);
            if (least < best)
            {
                (best, bestBlock) = (least, block);
            }
        }

        int first = First(ref MemoryMarshal.GetReference(head), ref MemoryMarshal.GetReference(tail), bestBlock, count, best);
        start = first < 0 ? -1 : from + first;
        return best;
    }

    /// <summary>The least of a row and where it first stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Cheapest(ReadOnlySpan<double> costs, out int at)
    {
        double best = double.PositiveInfinity;
        int i = 0;
        ref double first = ref MemoryMarshal.GetReference(costs);
        if (Vector256.IsHardwareAccelerated && costs.Length >= 8)
        {
            Vector256<double> a = Vector256.LoadUnsafe(ref first);
            Vector256<double> b = Vector256.LoadUnsafe(ref first, 4);
            for (i = 8; i <= costs.Length - 8; i += 8)
            {
                a = Vector256.MinNative(a, Vector256.LoadUnsafe(ref first, (nuint)i));
                b = Vector256.MinNative(b, Vector256.LoadUnsafe(ref first, (nuint)i + 4));
            }

            best = RowKernel.Smallest(Vector256.MinNative(a, b));
        }

        for (; i < costs.Length; i++)
        {
            best = costs[i] < best ? costs[i] : best;
        }

        at = costs.IndexOf(best);
        return best;
    }

    /// <summary>Sets bit t for every slot in [from, to) whose free capacity carries the demand; further bits of the touched words are cleared.</summary>
    /// <param name="free">Free capacity, padded to whole words with values that carry nothing.</param>
    /// <param name="demand">The demand.</param>
    /// <param name="from">The first slot.</param>
    /// <param name="to">The slot after the last.</param>
    /// <param name="fits">The bit set, at least <see cref="WordsFor"/> words.</param>
    /// <param name="narrow">Whether to keep only bits that are set already.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fits(double[] free, double demand, int from, int to, ulong[] fits, bool narrow)
    {
        int firstWord = from / WordBits;
        int lastWord = (to - 1) / WordBits;
        ref double slots = ref MemoryMarshal.GetArrayDataReference(free);
        Vector256<double> wanted = Vector256.Create(demand);
        for (int w = firstWord; w <= lastWord; w++)
        {
            nuint at = (nuint)(w * WordBits);
            ulong bits = 0;
            if (Vector256.IsHardwareAccelerated)
            {
                for (int i = 0; i < WordBits; i += 4)
                {
                    bits |= (ulong)Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref slots, at + (nuint)i), wanted).ExtractMostSignificantBits() << i;
                }
            }
            else
            {
                for (int i = 0; i < WordBits; i++)
                {
                    bits |= free[(w * WordBits) + i] >= demand ? 1UL << i : 0;
                }
            }

            fits[w] = narrow ? fits[w] & bits : bits;
        }

        Clip(fits, from, to);
    }

    /// <summary>Clears the bits outside [from, to) in the words that the window touches.</summary>
    public static void Clip(ulong[] bits, int from, int to)
    {
        bits[from / WordBits] &= ulong.MaxValue << (from % WordBits);
        int spare = to % WordBits;
        if (spare != 0)
        {
            bits[to / WordBits] &= (1UL << spare) - 1;
        }
    }

    /// <summary>Turns the set of slots that fit into the set of starts from which <paramref name="length"/> slots fit in a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Erode(ulong[] bits, int firstWord, int lastWord, int length)
    {
        bits[lastWord + 1] = 0;
        for (int have = 1; have < length;)
        {
            int shift = Math.Min(have, length - have);
            int words = shift / WordBits;
            int rest = shift % WordBits;
            for (int w = firstWord; w <= lastWord; w++)
            {
                int low = w + words;
                ulong moved = low <= lastWord ? bits[low] >> rest : 0;
                if (rest != 0 && low < lastWord)
                {
                    moved |= bits[low + 1] << (WordBits - rest);
                }

                bits[w] &= moved;
            }

            have += shift;
        }
    }

    /// <summary>The cheapest window among the starts in a bit set; the earliest among equals, -1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Cheapest(ulong[] starts, int firstWord, int lastWord, double[] prefix, int length, out double best)
    {
        best = double.PositiveInfinity;
        int start = -1;
        ref double head = ref MemoryMarshal.GetArrayDataReference(prefix);
        ref double tail = ref Unsafe.Add(ref head, length);
        for (int w = firstWord; w <= lastWord; w++)
        {
            ulong bits = starts[w];
            int offset = w * WordBits;
            while (bits != 0)
            {
                int t = offset + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                double cost = Unsafe.Add(ref tail, t) - Unsafe.Add(ref head, t);
                if (cost < best)
                {
                    (best, start) = (cost, t);
                }
            }
        }

        return start;
    }

    /// <summary>Writes what every window of a length costs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Windows(double[] prefix, int length, double[] windows)
    {
        int count = prefix.Length - length;
        int s = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double head = ref MemoryMarshal.GetArrayDataReference(prefix);
            ref double tail = ref Unsafe.Add(ref head, length);
            ref double to = ref MemoryMarshal.GetArrayDataReference(windows);
            for (; s <= count - 4; s += 4)
            {
                (Vector256.LoadUnsafe(ref tail, (nuint)s) - Vector256.LoadUnsafe(ref head, (nuint)s)).StoreUnsafe(ref to, (nuint)s);
            }
        }

        for (; s < count; s++)
        {
            windows[s] = prefix[s + length] - prefix[s];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Count(ulong[] bits, int firstWord, int lastWord)
    {
        int count = 0;
        for (int w = firstWord; w <= lastWord; w++)
        {
            count += BitOperations.PopCount(bits[w]);
        }

        return count;
    }

    /// <summary>The least <c>prefix[s + length] - prefix[s]</c> over <paramref name="count"/> starts from <paramref name="from"/> on, without saying where.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Least(double[] prefix, int length, int from, int count) =>
        Least(ref MemoryMarshal.GetReference(prefix.AsSpan(from, count)), ref MemoryMarshal.GetReference(prefix.AsSpan(from + length, count)), count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Least(ref double head, ref double tail, int count)
    {
        double best = double.PositiveInfinity;
        int i = 0;
        if (Vector256.IsHardwareAccelerated && count >= 16)
        {
            // Four minima side by side: none waits for the one before it.
            Vector256<double> a = Window(ref head, ref tail, 0);
            Vector256<double> b = Window(ref head, ref tail, 4);
            Vector256<double> c = Window(ref head, ref tail, 8);
            Vector256<double> d = Window(ref head, ref tail, 12);
            for (i = 16; i <= count - 16; i += 16)
            {
                a = Vector256.MinNative(a, Window(ref head, ref tail, i));
                b = Vector256.MinNative(b, Window(ref head, ref tail, i + 4));
                c = Vector256.MinNative(c, Window(ref head, ref tail, i + 8));
                d = Vector256.MinNative(d, Window(ref head, ref tail, i + 12));
            }

            best = RowKernel.Smallest(Vector256.MinNative(Vector256.MinNative(a, b), Vector256.MinNative(c, d)));
        }

        for (; i < count; i++)
        {
            double cost = Unsafe.Add(ref tail, i) - Unsafe.Add(ref head, i);
            best = cost < best ? cost : best;
        }

        return best;
    }

    // Where a cost stands first among the windows from one on; -1 where it does not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int First(ref double head, ref double tail, int from, int count, double cost)
    {
        int i = from;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<double> wanted = Vector256.Create(cost);
            for (; i <= count - 8; i += 8)
            {
                uint found = Vector256.Equals(Window(ref head, ref tail, i), wanted).ExtractMostSignificantBits()
                    | (Vector256.Equals(Window(ref head, ref tail, i + 4), wanted).ExtractMostSignificantBits() << 4);
                if (found != 0)
                {
                    return i + BitOperations.TrailingZeroCount(found);
                }
            }
        }

        for (; i < count; i++)
        {
            if (Unsafe.Add(ref tail, i) - Unsafe.Add(ref head, i) == cost)
            {
                return i;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Window(ref double head, ref double tail, int at) =>
        Vector256.LoadUnsafe(ref tail, (nuint)at) - Vector256.LoadUnsafe(ref head, (nuint)at);

    /// <summary>One row of the tables of <see cref="PieceSearch"/>: runs that grow by a slot or, where given, begin anew; and the better of those and of what was there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Grow(
        Span<double> run, Span<double> rest, ReadOnlySpan<double> idle, ReadOnlySpan<double> grown, double step, ReadOnlySpan<double> begun = default, double first = 0)
    {
        int i = 0;
        for (; i <= run.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> value = new Vector<double>(grown[i..]) + new Vector<double>(step);
            value = begun.IsEmpty ? value : Vector.Min(value, new Vector<double>(begun[i..]) + new Vector<double>(first));
            value.CopyTo(run[i..]);
            Vector.Min(value, new Vector<double>(idle[i..])).CopyTo(rest[i..]);
        }

        for (; i < run.Length; i++)
        {
            double value = grown[i] + step;
            value = begun.IsEmpty ? value : Math.Min(value, begun[i] + first);
            run[i] = value;
            rest[i] = Math.Min(value, idle[i]);
        }
    }
}
