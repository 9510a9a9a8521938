using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Filters of FLIP over rows; every filter comes as its middle weight and those to the right. Whole groups of four vectors are read and written.</summary>
internal static class FlipRows
{
    /// <summary>Room to the right of rows for the widest group.</summary>
    public const int Slack = 64;

    private const int Group = 4;

    /// <summary>Sums of values at equal distances on both sides, <paramref name="step"/> apart, weighted.</summary>
    public static void Even<TLanes>(ReadOnlySpan<float> source, int centre, int step, ReadOnlySpan<float> half, int count, Span<float> target, bool add = false)
        where TLanes : struct, ILanes<TLanes>
    {
        Require<TLanes>(source, centre, step, half, count, target);
        ref float from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(target);
        TLanes middle = TLanes.All(half[0]);
        for (nint x = 0; x < count; x += Group * TLanes.Count)
        {
            ref float at = ref Unsafe.Add(ref from, centre + x);
            TLanes first = TLanes.Load(in at, 0) * middle, second = TLanes.Load(in at, TLanes.Count) * middle;
            TLanes third = TLanes.Load(in at, 2 * TLanes.Count) * middle, fourth = TLanes.Load(in at, 3 * TLanes.Count) * middle;
            ref float before = ref at, after = ref at;
            for (int k = 1; k < half.Length; k++)
            {
                before = ref Unsafe.Subtract(ref before, step);
                after = ref Unsafe.Add(ref after, step);
                TLanes weight = TLanes.All(half[k]);
                first = TLanes.MultiplyAdd(TLanes.Load(in before, 0) + TLanes.Load(in after, 0), weight, first);
                second = TLanes.MultiplyAdd(TLanes.Load(in before, TLanes.Count) + TLanes.Load(in after, TLanes.Count), weight, second);
                third = TLanes.MultiplyAdd(TLanes.Load(in before, 2 * TLanes.Count) + TLanes.Load(in after, 2 * TLanes.Count), weight, third);
                fourth = TLanes.MultiplyAdd(TLanes.Load(in before, 3 * TLanes.Count) + TLanes.Load(in after, 3 * TLanes.Count), weight, fourth);
            }

            if (add)
            {
                first += TLanes.Load(in to, x);
                second += TLanes.Load(in to, x + TLanes.Count);
                third += TLanes.Load(in to, x + (2 * TLanes.Count));
                fourth += TLanes.Load(in to, x + (3 * TLanes.Count));
            }

            TLanes.Store(first, ref to, x);
            TLanes.Store(second, ref to, x + TLanes.Count);
            TLanes.Store(third, ref to, x + (2 * TLanes.Count));
            TLanes.Store(fourth, ref to, x + (3 * TLanes.Count));
        }
    }

    /// <summary>Differences of values at equal distances on both sides, right less left, weighted.</summary>
    public static void Odd<TLanes>(ReadOnlySpan<float> source, int centre, int step, ReadOnlySpan<float> half, int count, Span<float> target)
        where TLanes : struct, ILanes<TLanes>
    {
        Require<TLanes>(source, centre, step, half, count, target);
        ref float from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(target);
        for (nint x = 0; x < count; x += Group * TLanes.Count)
        {
            ref float before = ref Unsafe.Add(ref from, centre + x), after = ref before;
            TLanes first = TLanes.All(0), second = first, third = first, fourth = first;
            for (int k = 1; k < half.Length; k++)
            {
                before = ref Unsafe.Subtract(ref before, step);
                after = ref Unsafe.Add(ref after, step);
                TLanes weight = TLanes.All(half[k]);
                first = TLanes.MultiplyAdd(TLanes.Load(in after, 0) - TLanes.Load(in before, 0), weight, first);
                second = TLanes.MultiplyAdd(TLanes.Load(in after, TLanes.Count) - TLanes.Load(in before, TLanes.Count), weight, second);
                third = TLanes.MultiplyAdd(TLanes.Load(in after, 2 * TLanes.Count) - TLanes.Load(in before, 2 * TLanes.Count), weight, third);
                fourth = TLanes.MultiplyAdd(TLanes.Load(in after, 3 * TLanes.Count) - TLanes.Load(in before, 3 * TLanes.Count), weight, fourth);
            }

            TLanes.Store(first, ref to, x);
            TLanes.Store(second, ref to, x + TLanes.Count);
            TLanes.Store(third, ref to, x + (2 * TLanes.Count));
            TLanes.Store(fourth, ref to, x + (3 * TLanes.Count));
        }
    }

    /// <summary>Two even filters of one source at once; <paramref name="second"/> is as long as <paramref name="first"/>.</summary>
    public static void EvenPair<TLanes>(
        ReadOnlySpan<float> source, int centre, int step, ReadOnlySpan<float> first, ReadOnlySpan<float> second, int count, Span<float> firstTarget, Span<float> secondTarget)
        where TLanes : struct, ILanes<TLanes>
    {
        Require<TLanes>(source, centre, step, first, count, firstTarget);
        Require<TLanes>(source, centre, step, second[..first.Length], count, secondTarget);
        ref float from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(firstTarget), also = ref MemoryMarshal.GetReference(secondTarget);
        TLanes middle = TLanes.All(first[0]), other = TLanes.All(second[0]);
        for (nint x = 0; x < count; x += 2 * TLanes.Count)
        {
            ref float before = ref Unsafe.Add(ref from, centre + x), after = ref before;
            TLanes near = TLanes.Load(in before, 0), far = TLanes.Load(in before, TLanes.Count);
            TLanes a = near * middle, b = far * middle, c = near * other, d = far * other;
            for (int k = 1; k < first.Length; k++)
            {
                before = ref Unsafe.Subtract(ref before, step);
                after = ref Unsafe.Add(ref after, step);
                TLanes weight = TLanes.All(first[k]), otherWeight = TLanes.All(second[k]);
                near = TLanes.Load(in before, 0) + TLanes.Load(in after, 0);
                far = TLanes.Load(in before, TLanes.Count) + TLanes.Load(in after, TLanes.Count);
                a = TLanes.MultiplyAdd(near, weight, a);
                b = TLanes.MultiplyAdd(far, weight, b);
                c = TLanes.MultiplyAdd(near, otherWeight, c);
                d = TLanes.MultiplyAdd(far, otherWeight, d);
            }

            TLanes.Store(a, ref to, x);
            TLanes.Store(b, ref to, x + TLanes.Count);
            TLanes.Store(c, ref also, x);
            TLanes.Store(d, ref also, x + TLanes.Count);
        }
    }

    private static void Require<TLanes>(ReadOnlySpan<float> source, int centre, int step, ReadOnlySpan<float> half, int count, ReadOnlySpan<float> target)
        where TLanes : struct, ILanes<TLanes>
    {
        int group = Group * TLanes.Count, length = (count + group - 1) / group * group, reach = (half.Length - 1) * step;
        _ = target[length - 1] + source[centre - reach] + source[centre + reach + length - 1];
    }
}
