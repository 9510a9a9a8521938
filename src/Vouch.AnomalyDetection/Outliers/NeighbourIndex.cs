using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>
/// Exact nearest neighbours: a k-d tree over the distinct points whose leaves are scanned with vectors. Equal rows are one point with a count.
/// Distances are sums of squared differences taken in column order, so they equal those of a plain loop bit for bit.
/// </summary>
internal sealed class NeighbourIndex
{
    private const int LeafSize = 32;

    private readonly int _columns;
    private readonly double[] _leaves;
    private readonly int[] _pointAt;
    private readonly int[] _rowsOn;
    private readonly int[] _pointOf;
    private readonly double[] _points;
    private readonly Node[] _nodes;
    private readonly double[] _boxes;

    /// <param name="rows">Row-major values, finite.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    public NeighbourIndex(double[] rows, int count, int columns)
    {
        _columns = columns;
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
        Span<double> distances = stackalloc double[LeafSize];
        Span<int> stack = stackalloc int[128];
        int depth = 0;
        stack[depth++] = 0;
        while (depth > 0)
        {
            int at = stack[--depth];
            Node node = _nodes[at];
            if (node.Left < 0)
            {
                Scan(place, node, distances, found, without);
                continue;
            }

            double left = ToBox(place, node.Left, found.Limit);
            double right = ToBox(place, node.Right, found.Limit);
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

    private void Scan(ReadOnlySpan<double> place, Node node, Span<double> distances, NeighbourList found, int without)
    {
        int size = node.To - node.From;
        if (found.Limit < double.PositiveInfinity && ToBox(place, node.Self, found.Limit) > found.Limit)
        {
            return;
        }

        ref double cell = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_leaves), (nint)node.From * _columns);
        int i = 0;
        for (; i + Vector<double>.Count <= size; i += Vector<double>.Count)
        {
            Vector<double> sum = Vector<double>.Zero;
            for (int column = 0; column < _columns; column++)
            {
                Vector<double> difference = Vector.LoadUnsafe(ref Unsafe.Add(ref cell, (column * size) + i)) - new Vector<double>(place[column]);
                sum += difference * difference;
            }

            sum.CopyTo(distances[i..]);
        }

        for (; i < size; i++)
        {
            double sum = 0;
            for (int column = 0; column < _columns; column++)
            {
                double difference = Unsafe.Add(ref cell, (column * size) + i) - place[column];
                sum += difference * difference;
            }

            distances[i] = sum;
        }

        double limit = found.Limit;
        for (i = 0; i < size; i++)
        {
            if (distances[i] <= limit)
            {
                int point = _pointAt[node.From + i];
                int rows = point == without ? _rowsOn[point] - 1 : _rowsOn[point];
                if (rows > 0)
                {
                    found.Offer(distances[i], point, rows);
                    limit = found.Limit;
                }
            }
        }
    }

    /// <summary>The squared distance to a node's box, never above that to any point in it, rounding included; stops early beyond the limit.</summary>
    private double ToBox(ReadOnlySpan<double> place, int node, double limit)
    {
        ReadOnlySpan<double> box = _boxes.AsSpan(node * 2 * _columns, 2 * _columns);
        double sum = 0;
        for (int column = 0; column < place.Length; column++)
        {
            double value = place[column];
            double outside = Math.Max(Math.Max(box[2 * column] - value, value - box[(2 * column) + 1]), 0);
            sum += outside * outside;
            if (sum > limit)
            {
                return sum;
            }
        }

        return sum;
    }

    private int Build(int from, int to, double[] keys, List<Node> nodes, List<double> boxes)
    {
        int node = nodes.Count;
        nodes.Add(default);
        int widest = 0;
        double width = 0;
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

            boxes.Add(least);
            boxes.Add(most);
            if (most - least > width)
            {
                width = most - least;
                widest = column;
            }
        }

        int size = to - from;
        if (size <= LeafSize)
        {
            for (int column = 0; column < _columns; column++)
            {
                for (int i = 0; i < size; i++)
                {
                    _leaves[(from * _columns) + (column * size) + i] = _points[(_pointAt[from + i] * _columns) + column];
                }
            }

            nodes[node] = new Node(-1, -1, from, to, node);
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
        nodes[node] = new Node(left, right, from, to, node);
        return node;
    }

    private readonly record struct Node(int Left, int Right, int From, int To, int Self);
}
