using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>
/// Exact nearest neighbours: a k-d tree over the distinct points. Equal rows are one point with a count. A leaf is looked through in single precision first, with the largest error that this can make added to
/// the limit; what is left is measured in double precision. Distances are sums of squared differences taken in column order, so they equal those of a plain loop bit for bit.
/// </summary>
internal sealed class NeighbourIndex
{
    private const int LeafSize = 32;

    /// <summary>Sums of vectors are taken in another order than a plain loop's: a box is believed to be that much nearer.</summary>
    private const double Nearer = 1 - 1e-12;

    private readonly int _columns;
    private readonly double[] _leaves;
    private readonly int[] _pointAt;
    private readonly int[] _rowsOn;
    private readonly int[] _pointOf;
    private readonly double[] _points;
    private readonly Node[] _nodes;
    private readonly double[] _boxes;
    private readonly CoarseLeaves _coarse;

    /// <summary>The columns, filled up to whole vectors: the lanes beyond are zero everywhere.</summary>
    private readonly int _stride;

    /// <param name="rows">Row-major values, finite.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    public NeighbourIndex(double[] rows, int count, int columns)
    {
        _columns = columns;
        _stride = (columns + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        _coarse = new CoarseLeaves(rows, count, columns, LeafSize);
        int[] order = [.. Enumerable.Range(0, count)];
        order.AsSpan().Sort((left, right) =>
        {
            int compared = rows.AsSpan(left * columns, columns).SequenceCompareTo(rows.AsSpan(right * columns, columns));
            return compared != 0 ? compared : left.CompareTo(right);
        });

        _pointOf = new int[count];
        var distinct = new List<int>(count);
        var rowsOn = new List<int>(count);
        foreach (int row in order)
        {
            ReadOnlySpan<double> values = rows.AsSpan(row * columns, columns);
            if (distinct.Count > 0 && values.SequenceEqual(rows.AsSpan(distinct[^1] * columns, columns)))
            {
                rowsOn[^1]++;
            }
            else
            {
                distinct.Add(row);
                rowsOn.Add(1);
            }

            _pointOf[row] = distinct.Count - 1;
        }

        _rowsOn = [.. rowsOn];
        _points = new double[distinct.Count * columns];
        for (int point = 0; point < distinct.Count; point++)
        {
            rows.AsSpan(distinct[point] * columns, columns).CopyTo(_points.AsSpan(point * columns));
        }

        _pointAt = [.. Enumerable.Range(0, distinct.Count)];
        _leaves = new double[distinct.Count * columns];
        double[] keys = new double[distinct.Count];
        var nodes = new List<Node>();
        var boxes = new List<double>();
        Build(0, distinct.Count, keys, nodes, boxes);
        _coarse.Close();
        _nodes = [.. nodes];
        _boxes = [.. boxes];
    }

    /// <summary>The number of distinct points.</summary>
    public int Points => _rowsOn.Length;

    /// <summary>The i-th point in the order of the tree: neighbours in it are near each other, so that looking them up in turn keeps the caches warm.</summary>
    public int PointInTreeOrder(int i) => _pointAt[i];

    /// <summary>The point that a row of the table lies on.</summary>
    public int PointOf(int row) => _pointOf[row];

    public ReadOnlySpan<double> Coordinates(int point) => _points.AsSpan(point * _columns, _columns);

    /// <summary>The nearest neighbours of a place; with <paramref name="without"/> one row on that point is left out.</summary>
    public void Find(ReadOnlySpan<double> place, NeighbourList found, int without = -1)
    {
        found.Clear();
        Span<double> filled = _stride <= 64 ? stackalloc double[64] : new double[_stride];
        filled = filled[.._stride];
        filled.Clear();
        place.CopyTo(filled);
        Span<float> coarse = _columns <= 64 ? stackalloc float[64] : new float[_columns];
        coarse = coarse[.._columns];
        _coarse.Apply(place, coarse);
        Span<int> stack = stackalloc int[128];
        int depth = 0;
        stack[depth++] = 0;
        while (depth > 0)
        {
            int at = stack[--depth];
            Node node = _nodes[at];
            if (node.Left < 0)
            {
                Scan(place, coarse, filled, node, found, without);
                continue;
            }

            double left = ToBox(filled, node.Left);
            double right = ToBox(filled, node.Right);
            (int near, int far, double toNear, double toFar) = left <= right ? (node.Left, node.Right, left, right) : (node.Right, node.Left, right, left);
            if (toFar <= found.Limit)
            {
                stack[depth++] = far;
            }

            if (toNear <= found.Limit)
            {
                stack[depth++] = near;
            }
        }
    }

    private void Scan(ReadOnlySpan<double> place, ReadOnlySpan<float> coarse, ReadOnlySpan<double> filled, Node node, NeighbourList found, int without)
    {
        int size = node.To - node.From;
        double limit = found.Limit;
        ulong near = size == 0 ? 0 : ulong.MaxValue >> (64 - size);
        if (limit < double.PositiveInfinity)
        {
            // The limit may have fallen since the node was put on the stack.
            if (ToBox(filled, node.Self) > limit)
            {
                return;
            }

            near &= _coarse.Near(node.Coarse, coarse, limit);
        }

        ref double cell = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_leaves), (nint)node.From * _columns);
        while (near != 0)
        {
            int i = BitOperations.TrailingZeroCount(near);
            near &= near - 1;
            double sum = 0;
            for (int column = 0; column < place.Length; column++)
            {
                double difference = Unsafe.Add(ref cell, (i * place.Length) + column) - place[column];
                sum += difference * difference;
            }

            if (sum <= limit)
            {
                int point = _pointAt[node.From + i];
                int rows = point == without ? _rowsOn[point] - 1 : _rowsOn[point];
                if (rows > 0)
                {
                    found.Offer(sum, point, rows);
                    limit = found.Limit;
                }
            }
        }
    }

    /// <summary>The squared distance to a node's box, never above that to any point in it, rounding included.</summary>
    private double ToBox(ReadOnlySpan<double> filled, int node)
    {
        ref double box = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_boxes), (nint)node * 2 * _stride);
        ref double place = ref MemoryMarshal.GetReference(filled);
        Vector<double> sum = Vector<double>.Zero;
        for (int column = 0; column < filled.Length; column += Vector<double>.Count)
        {
            Vector<double> value = Vector.LoadUnsafe(ref Unsafe.Add(ref place, column));
            Vector<double> below = Vector.LoadUnsafe(ref Unsafe.Add(ref box, column)) - value;
            Vector<double> above = value - Vector.LoadUnsafe(ref Unsafe.Add(ref box, _stride + column));
            Vector<double> outside = Vector.MaxNative(Vector.MaxNative(below, above), Vector<double>.Zero);
            sum += outside * outside;
        }

        return Vector.Sum(sum) * Nearer;
    }

    private int Build(int from, int to, double[] keys, List<Node> nodes, List<double> boxes)
    {
        int node = nodes.Count;
        nodes.Add(default);
        int widest = 0;
        double width = 0;
        int box = boxes.Count;
        CollectionsMarshal.SetCount(boxes, box + (2 * _stride));
        CollectionsMarshal.AsSpan(boxes)[box..].Clear();
        for (int column = 0; column < _columns; column++)
        {
            double least = double.PositiveInfinity;
            double most = double.NegativeInfinity;
            for (int i = from; i < to; i++)
            {
                double value = _points[(_pointAt[i] * _columns) + column];
                least = Math.Min(least, value);
                most = Math.Max(most, value);
            }

            boxes[box + column] = least;
            boxes[box + _stride + column] = most;
            if (most - least > width)
            {
                width = most - least;
                widest = column;
            }
        }

        int size = to - from;
        if (size <= LeafSize)
        {
            for (int i = from; i < to; i++)
            {
                Coordinates(_pointAt[i]).CopyTo(_leaves.AsSpan(i * _columns));
            }

            nodes[node] = new Node(-1, -1, from, to, node, _coarse.Add(_leaves.AsSpan(from * _columns, size * _columns)));
            return node;
        }

        for (int i = from; i < to; i++)
        {
            keys[i] = _points[(_pointAt[i] * _columns) + widest];
        }

        // Equal keys keep their lexicographic order: the sort is made stable by sorting pairs that were in that order by (key, point).
        keys.AsSpan(from, size).Sort(_pointAt.AsSpan(from, size));
        int middle = from + (size / 2);
        int left = Build(from, middle, keys, nodes, boxes);
        int right = Build(middle, to, keys, nodes, boxes);
        nodes[node] = new Node(left, right, from, to, node, -1);
        return node;
    }

    private readonly record struct Node(int Left, int Right, int From, int To, int Self, int Coarse);
}
