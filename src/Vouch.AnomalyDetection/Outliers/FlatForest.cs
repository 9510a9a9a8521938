using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>
/// The trees of a forest one after another in one array, for scoring one row at a time. Eight trees are walked at once: each step waits for memory, and eight
/// waits at once take as long as one.
/// </summary>
internal sealed class FlatForest
{
    private const int Together = 8;

    private readonly IsolationTree.Node[] _nodes;
    private readonly double[] _lengths;
    private readonly int[] _roots;
    private readonly int _depth;

    public FlatForest(IReadOnlyList<IsolationTree> trees)
    {
        int nodes = trees.Sum(static tree => tree.NodeCount);
        _nodes = new IsolationTree.Node[nodes];
        _lengths = new double[nodes];
        _roots = new int[trees.Count];
        int at = 0;
        for (int tree = 0; tree < trees.Count; tree++)
        {
            _roots[tree] = at;
            trees[tree].CopyTo(_nodes, _lengths, at);
            _depth = Math.Max(_depth, trees[tree].Depth);
            at += trees[tree].NodeCount;
        }
    }

    /// <summary>The sum of the lengths of a prepared row's paths, in the order of the trees: the same number that summing over blocks of rows gives.</summary>
    public double PathLengths(ReadOnlySpan<double> row)
    {
        ref IsolationTree.Node nodes = ref MemoryMarshal.GetArrayDataReference(_nodes);
        ref double length = ref MemoryMarshal.GetArrayDataReference(_lengths);
        ref double values = ref MemoryMarshal.GetReference(row);
        double sum = 0;
        int tree = 0;
        for (; tree + Together <= _roots.Length; tree += Together)
        {
            ReadOnlySpan<int> roots = _roots.AsSpan(tree, Together);
            int a = roots[0], b = roots[1], c = roots[2], d = roots[3], e = roots[4], f = roots[5], g = roots[6], h = roots[7];
            for (int step = 0; step < _depth; step++)
            {
                a = IsolationTree.Step(ref nodes, a, ref values, 0);
                b = IsolationTree.Step(ref nodes, b, ref values, 0);
                c = IsolationTree.Step(ref nodes, c, ref values, 0);
                d = IsolationTree.Step(ref nodes, d, ref values, 0);
                e = IsolationTree.Step(ref nodes, e, ref values, 0);
                f = IsolationTree.Step(ref nodes, f, ref values, 0);
                g = IsolationTree.Step(ref nodes, g, ref values, 0);
                h = IsolationTree.Step(ref nodes, h, ref values, 0);
            }

            sum += Unsafe.Add(ref length, a);
            sum += Unsafe.Add(ref length, b);
            sum += Unsafe.Add(ref length, c);
            sum += Unsafe.Add(ref length, d);
            sum += Unsafe.Add(ref length, e);
            sum += Unsafe.Add(ref length, f);
            sum += Unsafe.Add(ref length, g);
            sum += Unsafe.Add(ref length, h);
        }

        for (; tree < _roots.Length; tree++)
        {
            int node = _roots[tree];
            for (int step = 0; step < _depth; step++)
            {
                node = IsolationTree.Step(ref nodes, node, ref values, 0);
            }

            sum += Unsafe.Add(ref length, node);
        }

        return sum;
    }
}
