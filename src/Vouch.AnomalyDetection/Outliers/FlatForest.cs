using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>
/// The trees of a forest for scoring one row at a time, each laid out as a full tree of the forest's depth in the order of a heap: the children of place i lie at 2i + 1 and 2i + 2, so that a cut takes ten bytes
/// and no pointer. Below a leaf cuts send everything left. Eight trees are walked at once: each step waits for memory, and eight waits at once take as long as one.
/// </summary>
internal sealed class FlatForest
{
    private const int Together = 8;

    private readonly double[] _thresholds;
    private readonly ushort[] _features;
    private readonly double[] _lengths;
    private readonly int _trees;
    private readonly int _depth;

    /// <summary>The forest has at most <see cref="MostColumns"/> columns.</summary>
    public FlatForest(IReadOnlyList<IsolationTree> trees)
    {
        _trees = trees.Count;
        _depth = trees.Max(static tree => tree.Depth);
        int cuts = (1 << _depth) - 1;
        _thresholds = new double[(long)cuts * _trees];
        _features = new ushort[(long)cuts * _trees];
        _lengths = new double[(cuts + 1L) * _trees];
        for (int tree = 0; tree < _trees; tree++)
        {
            trees[tree].LayOut(
                _depth, _thresholds.AsSpan(tree * cuts, cuts), _features.AsSpan(tree * cuts, cuts), _lengths.AsSpan(tree * (cuts + 1), cuts + 1));
        }
    }

    public const int MostColumns = ushort.MaxValue + 1;

    /// <summary>The sum of the lengths of a prepared row's paths, in the order of the trees: the same number that summing over blocks of rows gives.</summary>
    public double PathLengths(ReadOnlySpan<double> row)
    {
        int cuts = (1 << _depth) - 1;
        ref double values = ref MemoryMarshal.GetReference(row);
        ref double lengths = ref MemoryMarshal.GetArrayDataReference(_lengths);
        double sum = 0;
        int tree = 0;
        for (; tree + Together <= _trees; tree += Together)
        {
            ref double threshold = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_thresholds), (nint)tree * cuts);
            ref ushort feature = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_features), (nint)tree * cuts);
            nint a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
            for (int step = 0; step < _depth; step++)
            {
                a = Step(ref threshold, ref feature, ref values, 0, a);
                b = Step(ref threshold, ref feature, ref values, cuts, b);
                c = Step(ref threshold, ref feature, ref values, 2 * cuts, c);
                d = Step(ref threshold, ref feature, ref values, 3 * cuts, d);
                e = Step(ref threshold, ref feature, ref values, 4 * cuts, e);
                f = Step(ref threshold, ref feature, ref values, 5 * cuts, f);
                g = Step(ref threshold, ref feature, ref values, 6 * cuts, g);
                h = Step(ref threshold, ref feature, ref values, 7 * cuts, h);
            }

            // The lengths of a tree's leaves follow those of the tree before.
            ref double length = ref Unsafe.Add(ref lengths, ((nint)tree * (cuts + 1)) - cuts);
            nint leaves = cuts + 1;
            sum += Unsafe.Add(ref length, a);
            sum += Unsafe.Add(ref length, leaves + b);
            sum += Unsafe.Add(ref length, (2 * leaves) + c);
            sum += Unsafe.Add(ref length, (3 * leaves) + d);
            sum += Unsafe.Add(ref length, (4 * leaves) + e);
            sum += Unsafe.Add(ref length, (5 * leaves) + f);
            sum += Unsafe.Add(ref length, (6 * leaves) + g);
            sum += Unsafe.Add(ref length, (7 * leaves) + h);
        }

        for (; tree < _trees; tree++)
        {
            ref double threshold = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_thresholds), (nint)tree * cuts);
            ref ushort feature = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_features), (nint)tree * cuts);
            nint at = 0;
            for (int step = 0; step < _depth; step++)
            {
                at = Step(ref threshold, ref feature, ref values, 0, at);
            }

            sum += Unsafe.Add(ref lengths, ((nint)tree * (cuts + 1)) - cuts + at);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Step(ref double thresholds, ref ushort features, ref double values, nint tree, nint at) =>
        (2 * at) + 1 + (Unsafe.Add(ref values, (nint)Unsafe.Add(ref features, tree + at)) > Unsafe.Add(ref thresholds, tree + at) ? 1 : 0);
}
