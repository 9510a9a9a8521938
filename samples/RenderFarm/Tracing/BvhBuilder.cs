using System.Numerics;
using System.Runtime.InteropServices;

namespace RenderFarm.Tracing;

/// <summary>Builds a <see cref="Bvh"/>: a binary tree by the surface area heuristic over 16 bins, then collapsed to eight children per node.</summary>
/// <remarks>Source: I. Wald, "On fast Construction of SAH-based Bounding Volume Hierarchies", IEEE Symposium on Interactive Ray Tracing, 2007. O(n log n).</remarks>
internal sealed class BvhBuilder
{
    private const int Bins = 16;
    private const int LeafSize = 8;

    // Past this depth the tree splits at the median, which ends within 32 more levels.
    private const int GreedyDepth = 48;
    private const float NodeCost = 0.4f;

    private readonly Triangle[] _triangles;
    private readonly Sphere[] _spheres;
    private readonly List<BinaryNode> _binary = [];
    private readonly List<float> _bounds = [];
    private readonly List<int> _children = [];
    private readonly List<float> _triangleBlocks = [];
    private readonly List<int> _triangleIds = [];
    private readonly List<float> _sphereBlocks = [];
    private readonly List<int> _sphereIds = [];
    private BoundingBox[] _boxes = [];
    private int[] _order = [];

    private BvhBuilder(Triangle[] triangles, Sphere[] spheres)
    {
        _triangles = triangles;
        _spheres = spheres;
    }

    public static Bvh Build(Triangle[] triangles, Sphere[] spheres) => new BvhBuilder(triangles, spheres).Build();

    private Bvh Build()
    {
        int root = -1;
        if (_triangles.Length > 0)
        {
            root = BuildBinary([.. _triangles.Select(static triangle => BoundingBox.Of(triangle))], kind: 0);
        }

        if (_spheres.Length > 0)
        {
            int spheres = BuildBinary([.. _spheres.Select(static sphere => BoundingBox.Of(sphere))], kind: 1);
            if (root >= 0)
            {
                _binary.Add(new BinaryNode(_binary[root].Box.Include(_binary[spheres].Box), root, spheres, 0));
                root = _binary.Count - 1;
            }
            else
            {
                root = spheres;
            }
        }

        if (root >= 0)
        {
            Collapse(root);
        }

        return new Bvh([.. _bounds], [.. _children], [.. _triangleBlocks], [.. _triangleIds], [.. _sphereBlocks], [.. _sphereIds]);
    }

    private int BuildBinary(BoundingBox[] boxes, int kind)
    {
        _boxes = boxes;
        _order = [.. Enumerable.Range(0, boxes.Length)];
        return Split(0, boxes.Length, 0, kind);
    }

    private int Split(int start, int end, int depth, int kind)
    {
        BoundingBox box = BoundingBox.Empty;
        BoundingBox centres = BoundingBox.Empty;
        for (int index = start; index < end; index++)
        {
            box = box.Include(_boxes[_order[index]]);
            centres = centres.Include(_boxes[_order[index]].Centre);
        }

        int count = end - start;
        int middle = -1;
        if (count > 1 && depth < GreedyDepth)
        {
            middle = Partition(start, end, box, centres);
        }

        if (middle < 0)
        {
            if (count <= LeafSize)
            {
                _binary.Add(new BinaryNode(box, -1, -1, AddBlock(start, end, kind)));
                return _binary.Count - 1;
            }

            middle = start + (count / 2);
            Vector3 size = centres.Size;
            int axis = size.X >= size.Y && size.X >= size.Z ? 0 : size.Y >= size.Z ? 1 : 2;
            Array.Sort(_order, start, count, Comparer<int>.Create((left, right) =>
            {
                int order = _boxes[left].Centre[axis].CompareTo(_boxes[right].Centre[axis]);
                return order != 0 ? order : left.CompareTo(right);
            }));
        }

        int leftChild = Split(start, middle, depth + 1, kind);
        int rightChild = Split(middle, end, depth + 1, kind);
        _binary.Add(new BinaryNode(box, leftChild, rightChild, 0));
        return _binary.Count - 1;
    }

    /// <summary>Reorders a range by the cheapest plane and returns where it is cut, or -1 where a leaf or a median split is better.</summary>
    private int Partition(int start, int end, BoundingBox box, BoundingBox centres)
    {
        int count = end - start;
        float best = count <= LeafSize ? box.HalfArea : float.PositiveInfinity;
        int bestAxis = -1;
        int bestBin = 0;
        Span<BoundingBox> boxes = stackalloc BoundingBox[Bins];
        Span<int> counts = stackalloc int[Bins];
        Span<float> rightCosts = stackalloc float[Bins];
        for (int axis = 0; axis < 3; axis++)
        {
            float low = centres.Min[axis];
            float scale = Bins / (centres.Max[axis] - low);
            if (!float.IsFinite(scale))
            {
                continue;
            }

            boxes.Fill(BoundingBox.Empty);
            counts.Clear();
            for (int index = start; index < end; index++)
            {
                ref readonly BoundingBox shape = ref _boxes[_order[index]];
                int bin = Math.Min((int)((shape.Centre[axis] - low) * scale), Bins - 1);
                boxes[bin] = boxes[bin].Include(shape);
                counts[bin]++;
            }

            BoundingBox sweep = BoundingBox.Empty;
            int swept = 0;
            for (int bin = Bins - 1; bin > 0; bin--)
            {
                sweep = sweep.Include(boxes[bin]);
                swept += counts[bin];
                rightCosts[bin] = Cost(sweep, swept);
            }

            sweep = BoundingBox.Empty;
            swept = 0;
            for (int bin = 0; bin < Bins - 1; bin++)
            {
                sweep = sweep.Include(boxes[bin]);
                swept += counts[bin];
                float cost = (NodeCost * box.HalfArea) + Cost(sweep, swept) + rightCosts[bin + 1];
                if (swept > 0 && swept < count && cost < best)
                {
                    best = cost;
                    bestAxis = axis;
                    bestBin = bin;
                }
            }
        }

        if (bestAxis < 0)
        {
            return -1;
        }

        float origin = centres.Min[bestAxis];
        float factor = Bins / (centres.Max[bestAxis] - origin);
        int left = start;
        int right = end - 1;
        while (left <= right)
        {
            if (Math.Min((int)((_boxes[_order[left]].Centre[bestAxis] - origin) * factor), Bins - 1) <= bestBin)
            {
                left++;
            }
            else
            {
                (_order[left], _order[right]) = (_order[right], _order[left]);
                right--;
            }
        }

        return left;
    }

    // A leaf of up to eight shapes costs one pass, however many of its lanes are used.
    private static float Cost(BoundingBox box, int count) => count == 0 ? 0 : box.HalfArea * ((count + LeafSize - 1) / LeafSize);

    private int AddBlock(int start, int end, int kind)
    {
        List<float> blocks = kind == 0 ? _triangleBlocks : _sphereBlocks;
        List<int> ids = kind == 0 ? _triangleIds : _sphereIds;
        int size = kind == 0 ? Bvh.TriangleFloats : Bvh.SphereFloats;
        int block = ids.Count / LeafSize;
        CollectionsMarshal.SetCount(blocks, blocks.Count + size);
        Span<float> data = CollectionsMarshal.AsSpan(blocks)[(block * size)..];
        data.Clear();
        for (int lane = 0; lane < LeafSize; lane++)
        {
            if (start + lane >= end)
            {
                ids.Add(-1);
            }
            else if (kind == 0)
            {
                WriteTriangle(data, lane, _triangles[_order[start + lane]]);
                ids.Add(_order[start + lane]);
            }
            else
            {
                Sphere sphere = _spheres[_order[start + lane]];
                Write(data, lane, sphere.Centre.X, sphere.Centre.Y, sphere.Centre.Z, (double)sphere.Radius * sphere.Radius);
                ids.Add(_triangles.Length + _order[start + lane]);
            }
        }

        return ~((block * 2) + kind);
    }

    // The plane n.p + d = 0 and the affine functions u(p), v(p) that are the barycentric coordinates on it; computed in double, kept in float.
    private static void WriteTriangle(Span<float> data, int lane, in Triangle triangle)
    {
        var corner = new Double3(triangle.A);
        Double3 across = new Double3(triangle.B) - corner;
        Double3 along = new Double3(triangle.C) - corner;
        var normal = Double3.Cross(across, along);
        double squared = Double3.Dot(normal, normal);
        Double3 unit = normal * (1 / Math.Sqrt(squared));
        Double3 gradientU = Double3.Cross(along, normal) * (1 / squared);
        Double3 gradientV = Double3.Cross(normal, across) * (1 / squared);
        Write(data, lane, unit.X, unit.Y, unit.Z, -Double3.Dot(unit, corner));
        Write(data[32..], lane, gradientU.X, gradientU.Y, gradientU.Z, -Double3.Dot(gradientU, corner));
        Write(data[64..], lane, gradientV.X, gradientV.Y, gradientV.Z, -Double3.Dot(gradientV, corner));
    }

    private static void Write(Span<float> data, int lane, double first, double second, double third, double fourth)
    {
        data[lane] = (float)first;
        data[8 + lane] = (float)second;
        data[16 + lane] = (float)third;
        data[24 + lane] = (float)fourth;
    }

    private int Collapse(int binary)
    {
        // Open the largest inner child until there are eight.
        var members = new List<int> { binary };
        while (members.Count < 8)
        {
            int widest = -1;
            foreach (int member in members)
            {
                if (_binary[member].Left >= 0 && (widest < 0 || _binary[member].Box.HalfArea > _binary[widest].Box.HalfArea))
                {
                    widest = member;
                }
            }

            if (widest < 0)
            {
                break;
            }

            members.Remove(widest);
            members.Add(_binary[widest].Left);
            members.Add(_binary[widest].Right);
        }

        int node = _children.Count / 8;
        CollectionsMarshal.SetCount(_children, _children.Count + 8);
        CollectionsMarshal.SetCount(_bounds, _bounds.Count + Bvh.NodeFloats);
        for (int lane = 0; lane < 8; lane++)
        {
            // An empty lane's box is inside out, so no ray meets it.
            BoundingBox box = lane < members.Count ? _binary[members[lane]].Box : BoundingBox.Empty;
            Span<float> bounds = CollectionsMarshal.AsSpan(_bounds)[(node * Bvh.NodeFloats)..];
            for (int axis = 0; axis < 3; axis++)
            {
                // A hair wider than the shapes: a ray that runs along a wall's edge, or whose products are rounded, still finds it.
                float slack = lane < members.Count ? 1e-6f * MathF.Max(MathF.Abs(box.Min[axis]), MathF.Abs(box.Max[axis])) : 0;
                bounds[(8 * axis) + lane] = box.Min[axis] - slack;
                bounds[24 + (8 * axis) + lane] = box.Max[axis] + slack;
            }

            int code = 0;
            if (lane < members.Count)
            {
                code = _binary[members[lane]].Left < 0 ? _binary[members[lane]].Leaf : Collapse(members[lane]);
            }

            _children[(node * 8) + lane] = code;
        }

        return node;
    }

    private readonly record struct BinaryNode(BoundingBox Box, int Left, int Right, int Leaf);

    private readonly record struct Double3(double X, double Y, double Z)
    {
        public Double3(Vector3 value)
            : this(value.X, value.Y, value.Z)
        {
        }

        public static Double3 operator -(Double3 left, Double3 right) => new(left.X - right.X, left.Y - right.Y, left.Z - right.Z);

        public static Double3 operator *(Double3 value, double factor) => new(value.X * factor, value.Y * factor, value.Z * factor);

        public static double Dot(Double3 left, Double3 right) => (left.X * right.X) + (left.Y * right.Y) + (left.Z * right.Z);

        public static Double3 Cross(Double3 left, Double3 right) =>
            new((left.Y * right.Z) - (left.Z * right.Y), (left.Z * right.X) - (left.X * right.Z), (left.X * right.Y) - (left.Y * right.X));
    }
}
