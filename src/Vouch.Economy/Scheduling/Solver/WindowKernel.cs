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

        start = -1;
        for (int i = bestBlock; i < count; i++)
        {
            if (tail[i] - head[i] == best)
            {
                start = from + i;
                break;
            }
        }

        return best;
    }

    /// <summary>The least of a row and where it first stands.</summary>
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

            best = Smallest(Vector256.MinNative(a, b));
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

    /// <summary>Adds a multiple of a row to another of the same length.</summary>
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> row, double factor)
    {
        int t = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double to = ref MemoryMarshal.GetReference(target);
            ref double from = ref MemoryMarshal.GetReference(row);
            Vector256<double> by = Vector256.Create(factor);
            for (; t <= target.Length - 4; t += 4)
            {
                (Vector256.LoadUnsafe(ref to, (nuint)t) + (Vector256.LoadUnsafe(ref from, (nuint)t) * by)).StoreUnsafe(ref to, (nuint)t);
            }
        }

        for (; t < target.Length; t++)
        {
            target[t] += row[t] * factor;
        }
    }

    /// <summary>Writes what every window of a length costs.</summary>
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

    public static int Count(ulong[] bits, int firstWord, int lastWord)
    {
        int count = 0;
        for (int w = firstWord; w <= lastWord; w++)
        {
            count += BitOperations.PopCount(bits[w]);
        }

        return count;
    }

    private static double Least(ref double head, ref double tail, int count)
    {
        double best = double.PositiveInfinity;
        int i = 0;
        if (Vector256.IsHardwareAccelerated && count >= 8)
        {
            Vector256<double> a = Vector256.LoadUnsafe(ref tail) - Vector256.LoadUnsafe(ref head);
            Vector256<double> b = Vector256.LoadUnsafe(ref tail, 4) - Vector256.LoadUnsafe(ref head, 4);
            for (i = 8; i <= count - 8; i += 8)
            {
                a = Vector256.MinNative(a, Vector256.LoadUnsafe(ref tail, (nuint)i) - Vector256.LoadUnsafe(ref head, (nuint)i));
                b = Vector256.MinNative(b, Vector256.LoadUnsafe(ref tail, (nuint)i + 4) - Vector256.LoadUnsafe(ref head, (nuint)i + 4));
            }

            best = Smallest(Vector256.MinNative(a, b));
        }

        for (; i < count; i++)
        {
            double cost = Unsafe.Add(ref tail, i) - Unsafe.Add(ref head, i);
            best = cost < best ? cost : best;
        }

        return best;
    }

    private static double Smallest(Vector256<double> four) =>
        Math.Min(Math.Min(four[0], four[1]), Math.Min(four[2], four[3]));
}
