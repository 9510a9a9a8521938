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

    public int Depth => _depth;

    /// <summary>Lays the tree out as a full one in the order of a heap; below its leaves every cut sends everything left.</summary>
    public void LayOut(int depth, Span<double> thresholds, Span<ushort> features, Span<double> lengths)
    {
        int cuts = thresholds.Length;
        thresholds.Fill(double.PositiveInfinity);
        features.Clear();
        Place(0, 0, thresholds, features, lengths);

        void Place(int node, int at, Span<double> thresholds, Span<ushort> features, Span<double> lengths)
        {
            if (_nodes[node].Left != node)
            {
                thresholds[at] = _nodes[node].Threshold;
                features[at] = (ushort)_nodes[node].Feature;
                Place(_nodes[node].Left, (2 * at) + 1, thresholds, features, lengths);
                Place(_nodes[node].Left + 1, (2 * at) + 2, thresholds, features, lengths);
                return;
            }

            while (at < cuts)
            {
                at = (2 * at) + 1;
            }

            lengths[at - cuts] = _length[node];
        }
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
        Node[] nodes = scratch.Nodes;
        double[] lengths = scratch.Lengths;
        int[] sizes = scratch.Sizes;
        int[] order = scratch.Order;
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }

        var work = scratch.Work;
        int waiting = 0;
        work[waiting++] = (0, 0, count, 0);
        sizes[0] = count;
        int made = 1;
        int depth = 0;
        while (waiting > 0)
        {
            (int node, int from, int to, int level) = work[--waiting];
            depth = Math.Max(depth, level);
            int size = to - from;
            if (level >= limit || size <= 1
                || !Cut(sample, count, columns, order.AsSpan(from, size), ref random, scratch.Features, out int feature, out double threshold))
            {
                nodes[node] = new Node { Threshold = double.MaxValue, Feature = 0, Left = node };
                lengths[node] = level + scratch.MeanPaths[size];
                continue;
            }

            int middle = from + Partition(sample.AsSpan(feature * count, count), order.AsSpan(from, size), threshold, scratch.Room);
            int left = made;
            made += 2;
            sizes[left] = middle - from;
            sizes[left + 1] = to - middle;
            lengths[node] = 0;
            nodes[node] = new Node { Threshold = threshold, Feature = feature, Left = left };
            work[waiting++] = (left + 1, middle, to, level + 1);
            work[waiting++] = (left, from, middle, level + 1);
        }

        return new IsolationTree(nodes.AsSpan(0, made).ToArray(), lengths.AsSpan(0, made).ToArray(), sizes.AsSpan(0, made).ToArray(), depth);
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
            (double least, double most) = Range(sample.AsSpan(feature * count, count), rows);
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

    /// <summary>The least and the most of some rows of a column without a missing value; two at a time, so that one need not wait for the other.</summary>
    private static (double Least, double Most) Range(ReadOnlySpan<double> column, ReadOnlySpan<int> rows)
    {
        ref double values = ref MemoryMarshal.GetReference(column);
        double least = column[rows[0]];
        double most = least;
        double otherLeast = least;
        double otherMost = least;
        int i = 1;
        for (; i + 1 < rows.Length; i += 2)
        {
            double one = Unsafe.Add(ref values, rows[i]);
            double two = Unsafe.Add(ref values, rows[i + 1]);
            least = double.MinNative(least, one);
            most = double.MaxNative(most, one);
            otherLeast = double.MinNative(otherLeast, two);
            otherMost = double.MaxNative(otherMost, two);
        }

        if (i < rows.Length)
        {
            double one = Unsafe.Add(ref values, rows[i]);
            least = double.MinNative(least, one);
            most = double.MaxNative(most, one);
        }

        return (double.MinNative(least, otherLeast), double.MaxNative(most, otherMost));
    }

    /// <summary>Puts the rows beyond the threshold last, without a branch on the data: half of the guesses would be wrong.</summary>
    private static int Partition(ReadOnlySpan<double> column, Span<int> rows, double threshold, Span<int> room)
    {
        ref double values = ref MemoryMarshal.GetReference(column);
        ref int beyond = ref MemoryMarshal.GetReference(room);
        ref int kept = ref MemoryMarshal.GetReference(rows);
        int left = 0;
        int right = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = Unsafe.Add(ref kept, i);
            int over = Unsafe.Add(ref values, row) > threshold ? 1 : 0;
            Unsafe.Add(ref kept, left) = row;
            Unsafe.Add(ref beyond, right) = row;
            left += 1 - over;
            right += over;
        }

        room[..right].CopyTo(rows[left..]);
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

        public int[] Room { get; } = new int[count];

        public int[] Features { get; } = [.. Enumerable.Range(0, columns)];

        /// <summary>A tree on so many rows has fewer than twice as many nodes.</summary>
        public Node[] Nodes { get; } = new Node[2 * count];

        public double[] Lengths { get; } = new double[2 * count];

        public int[] Sizes { get; } = new int[2 * count];

        /// <summary>The mean path below a leaf, by the rows on it.</summary>
        public double[] MeanPaths { get; } = [.. Enumerable.Range(0, count + 1).Select(MeanPath)];

        /// <summary>A walk down waits with one node a level, and two at its end.</summary>
        public (int Node, int From, int To, int Level)[] Work { get; } = new (int, int, int, int)[64];
    }
}
