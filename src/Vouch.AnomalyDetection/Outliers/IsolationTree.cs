using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>One tree of an isolation forest. A leaf points at itself, so that a walk of fixed length needs no branch.</summary>
internal sealed class IsolationTree
{
    private readonly Node[] _nodes;
    private readonly double[] _length;
    private readonly int[] _size;
    private readonly int _depth;

    private IsolationTree(Node[] nodes, double[] length, int[] size, int depth)
    {
        _nodes = nodes;
        _length = length;
        _size = size;
        _depth = depth;
    }

    public int NodeCount => _nodes.Length;

    public int Depth => _depth;

    /// <summary>Lays the tree out in a larger array, from a place on.</summary>
    public void CopyTo(Span<Node> nodes, Span<double> lengths, int at)
    {
        for (int i = 0; i < _nodes.Length; i++)
        {
            nodes[at + i] = _nodes[i] with { Left = _nodes[i].Left + at };
        }

        _length.CopyTo(lengths[at..]);
    }

    /// <summary>The mean path length of an unsuccessful search among n keys: 2 H(n-1) - 2 (n-1)/n.</summary>
    public static double MeanPath(int n) => n switch
    {
        <= 1 => 0,
        2 => 1,
        _ => (2 * (Math.Log(n - 1.0) + 0.57721566490153286)) - (2 * (n - 1.0) / n),
    };

    /// <summary>Grows a tree on a sample given column after column.</summary>
    public static IsolationTree Grow(double[] sample, int count, int columns, ref SeededSequence random, TreeScratch scratch)
    {
        int limit = (int)Math.Ceiling(Math.Log2(Math.Max(2, count)));
        var nodes = scratch.Nodes;
        nodes.Clear();
        int[] order = scratch.Order;
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }

        var work = scratch.Work;
        work.Clear();
        work.Push((0, 0, count, 0));
        nodes.Add(default);
        scratch.Length.Clear();
        scratch.Length.Add(0);
        scratch.Size.Clear();
        scratch.Size.Add(count);
        int depth = 0;
        while (work.TryPop(out (int Node, int From, int To, int Depth) part))
        {
            depth = Math.Max(depth, part.Depth);
            int size = part.To - part.From;
            if (part.Depth >= limit || size <= 1
                || !Cut(sample, count, columns, order.AsSpan(part.From, size), ref random, scratch.Features, out int feature, out double threshold))
            {
                nodes[part.Node] = new Node { Threshold = double.MaxValue, Feature = 0, Left = part.Node };
                scratch.Length[part.Node] = part.Depth + MeanPath(size);
                continue;
            }

            int middle = part.From + Partition(sample.AsSpan(feature * count, count), order.AsSpan(part.From, size), threshold);
            int left = nodes.Count;
            nodes.Add(default);
            nodes.Add(default);
            scratch.Length.Add(0);
            scratch.Length.Add(0);
            scratch.Size.Add(middle - part.From);
            scratch.Size.Add(part.To - middle);
            nodes[part.Node] = new Node { Threshold = threshold, Feature = feature, Left = left };
            work.Push((left + 1, middle, part.To, part.Depth + 1));
            work.Push((left, part.From, middle, part.Depth + 1));
        }

        return new IsolationTree([.. nodes], [.. scratch.Length], [.. scratch.Size], depth);
    }

    /// <summary>Adds the path length of every row of a row-major block to its sum.</summary>
    public void AddPathLengths(ReadOnlySpan<double> rows, int columns, Span<double> sums)
    {
        ref Node nodes = ref MemoryMarshal.GetArrayDataReference(_nodes);
        ref double length = ref MemoryMarshal.GetArrayDataReference(_length);
        ref double cell = ref MemoryMarshal.GetReference(rows);
        int row = 0;
        int depth = _depth;
        for (; row + 8 <= sums.Length; row += 8)
        {
            ref double r0 = ref Unsafe.Add(ref cell, row * columns);
            int a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
            for (int step = 0; step < depth; step++)
            {
                a = Step(ref nodes, a, ref r0, 0);
                b = Step(ref nodes, b, ref r0, columns);
                c = Step(ref nodes, c, ref r0, 2 * columns);
                d = Step(ref nodes, d, ref r0, 3 * columns);
                e = Step(ref nodes, e, ref r0, 4 * columns);
                f = Step(ref nodes, f, ref r0, 5 * columns);
                g = Step(ref nodes, g, ref r0, 6 * columns);
                h = Step(ref nodes, h, ref r0, 7 * columns);
            }

            sums[row] += Unsafe.Add(ref length, a);
            sums[row + 1] += Unsafe.Add(ref length, b);
            sums[row + 2] += Unsafe.Add(ref length, c);
            sums[row + 3] += Unsafe.Add(ref length, d);
            sums[row + 4] += Unsafe.Add(ref length, e);
            sums[row + 5] += Unsafe.Add(ref length, f);
            sums[row + 6] += Unsafe.Add(ref length, g);
            sums[row + 7] += Unsafe.Add(ref length, h);
        }

        for (; row < sums.Length; row++)
        {
            ref double values = ref Unsafe.Add(ref cell, row * columns);
            int node = 0;
            for (int step = 0; step < depth; step++)
            {
                node = Step(ref nodes, node, ref values, 0);
            }

            sums[row] += Unsafe.Add(ref length, node);
        }
    }

    /// <summary>
    /// Adds, for each feature cut on a row's path, how much shorter than expected the cut made the path: c(n) - 1 - c(n'), n rows before and n' after it.
    /// The terms of one path sum to c(sample) minus the path's length.
    /// </summary>
    public void AddContributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        int node = 0;
        while (_nodes[node].Left != node)
        {
            Node at = _nodes[node];
            int next = at.Left + (row[at.Feature] > at.Threshold ? 1 : 0);
            contributions[at.Feature] += MeanPath(_size[node]) - 1 - MeanPath(_size[next]);
            node = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Step(ref Node nodes, int node, ref double values, int offset)
    {
        ref Node at = ref Unsafe.Add(ref nodes, node);
        return at.Left + (Unsafe.Add(ref values, offset + at.Feature) > at.Threshold ? 1 : 0);
    }

    /// <summary>Draws a feature that still varies and a cut strictly inside its range; false where all rows are equal.</summary>
    private static bool Cut(
        double[] sample, int count, int columns, ReadOnlySpan<int> rows, ref SeededSequence random, int[] features, out int feature, out double threshold)
    {
        for (int left = columns; left > 0; left--)
        {
            int pick = random.Below(left);
            feature = features[pick];
            (features[pick], features[left - 1]) = (features[left - 1], feature);
            ReadOnlySpan<double> column = sample.AsSpan(feature * count, count);
            double least = column[rows[0]];
            double most = least;
            for (int i = 1; i < rows.Length; i++)
            {
                double value = column[rows[i]];
                least = Math.Min(least, value);
                most = Math.Max(most, value);
            }

            if (most > least)
            {
                threshold = least + ((most - least) * random.Unit());
                if (threshold >= most)
                {
                    threshold = least;
                }

                return true;
            }
        }

        feature = 0;
        threshold = 0;
        return false;
    }

    private static int Partition(ReadOnlySpan<double> column, Span<int> rows, double threshold)
    {
        int left = 0;
        int right = rows.Length - 1;
        while (left <= right)
        {
            int row = rows[left];
            if (column[row] > threshold)
            {
                rows[left] = rows[right];
                rows[right--] = row;
            }
            else
            {
                left++;
            }
        }

        return left;
    }

    internal struct Node
    {
        public double Threshold;
        public int Feature;
        public int Left;
    }

    /// <summary>Room that growing a tree needs, used again for the next one.</summary>
    internal sealed class TreeScratch(int count, int columns)
    {
        public int[] Order { get; } = new int[count];

        public int[] Features { get; } = [.. Enumerable.Range(0, columns)];

        public List<Node> Nodes { get; } = new(2 * count);

        public List<double> Length { get; } = new(2 * count);

        public List<int> Size { get; } = new(2 * count);

        public Stack<(int Node, int From, int To, int Depth)> Work { get; } = new(64);
    }
}
