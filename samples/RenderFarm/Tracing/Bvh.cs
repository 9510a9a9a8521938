using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RenderFarm.Tracing;

/// <summary>
/// A bounding volume hierarchy with eight children per node and eight shapes per leaf, so that one SIMD pass tests eight boxes or eight shapes.
/// Built by <see cref="BvhBuilder"/>. Immutable and safe to share; a <see cref="TraversalStack"/> belongs to one thread.
/// </summary>
/// <remarks>
/// Layout. Node <c>i</c>: 48 floats of bounds (min x, y, z, then max x, y, z of eight children each) and 8 child codes; a code of 0 or more is a node,
/// a negative one the complement of <c>2 * block + kind</c>. A triangle block is 96 floats: for eight triangles the plane and the two barycentric
/// gradients, four floats each; a sphere block is 32 floats: centre and squared radius.
/// </remarks>
internal sealed class Bvh
{
    internal const int NodeFloats = 48;
    internal const int TriangleFloats = 96;
    internal const int SphereFloats = 32;

    // Barycentric coordinates may overshoot by this much: neighbours overlap by a hair instead of leaving a crack between them.
    private const float EdgeTolerance = 2e-6f;

    private readonly float[] _bounds;
    private readonly int[] _children;
    private readonly float[] _triangles;
    private readonly int[] _triangleIds;
    private readonly float[] _spheres;
    private readonly int[] _sphereIds;

    internal Bvh(float[] bounds, int[] children, float[] triangles, int[] triangleIds, float[] spheres, int[] sphereIds)
    {
        _bounds = bounds;
        _children = children;
        _triangles = triangles;
        _triangleIds = triangleIds;
        _spheres = spheres;
        _sphereIds = sphereIds;
    }

    public int NodeCount => _children.Length / 8;

    /// <summary>Finds the nearest shape that a ray meets.</summary>
    /// <param name="origin">Where the ray starts.</param>
    /// <param name="direction">Where it goes; of length 1.</param>
    /// <param name="limit">How far to look.</param>
    /// <param name="shape">The shape: a triangle's index, or the number of triangles plus a sphere's index; -1 when nothing was met.</param>
    /// <param name="stack">Scratch of the calling thread.</param>
    /// <returns>The distance; <paramref name="limit"/> when nothing was met.</returns>
    public float Intersect(Vector3 origin, Vector3 direction, float limit, out int shape, TraversalStack stack)
    {
        shape = -1;
        if (_children.Length == 0)
        {
            return limit;
        }

        var ray = new WideRay(origin, direction);
        ref int codes = ref MemoryMarshal.GetArrayDataReference(stack.Codes);
        ref float times = ref MemoryMarshal.GetArrayDataReference(stack.Times);
        ref float entry = ref MemoryMarshal.GetArrayDataReference(stack.Entry);
        float nearest = limit;
        int top = 1;
        codes = 0;
        times = 0;
        while (top > 0)
        {
            top--;
            if (Unsafe.Add(ref times, top) > nearest)
            {
                continue;
            }

            int code = Unsafe.Add(ref codes, top);
            if (code < 0)
            {
                nearest = IntersectLeaf(~code, ray, nearest, ref shape);
                continue;
            }

            uint mask = IntersectNode(code, ray, nearest, out Vector256<float> near);
            ref int children = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_children), code * 8);
            near.StoreUnsafe(ref entry);
            int bottom = top;
            while (mask != 0)
            {
                int lane = BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
                float time = Unsafe.Add(ref entry, lane);

                // Insertion sort, the farthest below: the nearest child is popped first.
                int slot = top;
                while (slot > bottom && Unsafe.Add(ref times, slot - 1) < time)
                {
                    Unsafe.Add(ref times, slot) = Unsafe.Add(ref times, slot - 1);
                    Unsafe.Add(ref codes, slot) = Unsafe.Add(ref codes, slot - 1);
                    slot--;
                }

                Unsafe.Add(ref times, slot) = time;
                Unsafe.Add(ref codes, slot) = Unsafe.Add(ref children, lane);
                top++;
            }
        }

        return nearest;
    }

    /// <summary>Whether anything stands on a ray before <paramref name="limit"/>.</summary>
    public bool IsOccluded(Vector3 origin, Vector3 direction, float limit, TraversalStack stack)
    {
        if (_children.Length == 0)
        {
            return false;
        }

        var ray = new WideRay(origin, direction);
        ref int codes = ref MemoryMarshal.GetArrayDataReference(stack.Codes);
        int top = 1;
        codes = 0;
        int shape = -1;
        while (top > 0)
        {
            int code = Unsafe.Add(ref codes, --top);
            if (code < 0)
            {
                if (IntersectLeaf(~code, ray, limit, ref shape) < limit)
                {
                    return true;
                }

                continue;
            }

            uint mask = IntersectNode(code, ray, limit, out _);
            ref int children = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_children), code * 8);
            while (mask != 0)
            {
                Unsafe.Add(ref codes, top++) = Unsafe.Add(ref children, BitOperations.TrailingZeroCount(mask));
                mask &= mask - 1;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint IntersectNode(int node, in WideRay ray, float limit, out Vector256<float> near)
    {
        ref float bounds = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bounds), node * NodeFloats);
        Vector256<float> nearX = (Vector256.LoadUnsafe(ref bounds, ray.NearX) - ray.OriginX) * ray.InverseX;
        Vector256<float> nearY = (Vector256.LoadUnsafe(ref bounds, ray.NearY) - ray.OriginY) * ray.InverseY;
        Vector256<float> nearZ = (Vector256.LoadUnsafe(ref bounds, ray.NearZ) - ray.OriginZ) * ray.InverseZ;
        Vector256<float> farX = (Vector256.LoadUnsafe(ref bounds, 24 - ray.NearX) - ray.OriginX) * ray.InverseX;
        Vector256<float> farY = (Vector256.LoadUnsafe(ref bounds, 40 - ray.NearY) - ray.OriginY) * ray.InverseY;
        Vector256<float> farZ = (Vector256.LoadUnsafe(ref bounds, 56 - ray.NearZ) - ray.OriginZ) * ray.InverseZ;
        near = Vector256.MaxNative(Vector256.MaxNative(nearX, nearY), Vector256.MaxNative(nearZ, Vector256<float>.Zero));
        Vector256<float> far = Vector256.MinNative(Vector256.MinNative(farX, farY), Vector256.MinNative(farZ, Vector256.Create(limit)));
        return Vector256.LessThanOrEqual(near, far).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float IntersectLeaf(int leaf, in WideRay ray, float limit, ref int shape)
    {
        int block = leaf >> 1;
        return (leaf & 1) == 0 ? IntersectTriangles(block, ray, limit, ref shape) : IntersectSpheres(block, ray, limit, ref shape);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float IntersectTriangles(int block, in WideRay ray, float limit, ref int shape)
    {
        ref float data = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_triangles), block * TriangleFloats);
        Vector256<float> planeX = Vector256.LoadUnsafe(ref data);
        Vector256<float> planeY = Vector256.LoadUnsafe(ref data, 8);
        Vector256<float> planeZ = Vector256.LoadUnsafe(ref data, 16);
        Vector256<float> approach = Dot(planeX, planeY, planeZ, ray.DirectionX, ray.DirectionY, ray.DirectionZ, Vector256<float>.Zero);
        Vector256<float> height = Dot(planeX, planeY, planeZ, ray.OriginX, ray.OriginY, ray.OriginZ, Vector256.LoadUnsafe(ref data, 24));
        Vector256<float> time = -height / approach;
        Vector256<float> x = Vector256.FusedMultiplyAdd(time, ray.DirectionX, ray.OriginX);
        Vector256<float> y = Vector256.FusedMultiplyAdd(time, ray.DirectionY, ray.OriginY);
        Vector256<float> z = Vector256.FusedMultiplyAdd(time, ray.DirectionZ, ray.OriginZ);
        Vector256<float> u = Dot(Vector256.LoadUnsafe(ref data, 32), Vector256.LoadUnsafe(ref data, 40), Vector256.LoadUnsafe(ref data, 48), x, y, z, Vector256.LoadUnsafe(ref data, 56));
        Vector256<float> v = Dot(Vector256.LoadUnsafe(ref data, 64), Vector256.LoadUnsafe(ref data, 72), Vector256.LoadUnsafe(ref data, 80), x, y, z, Vector256.LoadUnsafe(ref data, 88));
        Vector256<float> inside = Vector256.GreaterThan(time, Vector256<float>.Zero) & Vector256.LessThan(time, Vector256.Create(limit))
            & Vector256.GreaterThanOrEqual(u, Vector256.Create(-EdgeTolerance)) & Vector256.GreaterThanOrEqual(v, Vector256.Create(-EdgeTolerance))
            & Vector256.LessThanOrEqual(u + v, Vector256.Create(1 + EdgeTolerance));
        return Nearest(inside, time, limit, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_triangleIds), block * 8), ref shape);
    }

    // After D. H. Haines et al., "Precision Improvements for Ray/Sphere Intersection", Ray Tracing Gems, 2019, chapter 7: no cancellation for far or huge spheres.
    private float IntersectSpheres(int block, in WideRay ray, float limit, ref int shape)
    {
        ref float data = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_spheres), block * SphereFloats);
        Vector256<float> fromX = ray.OriginX - Vector256.LoadUnsafe(ref data);
        Vector256<float> fromY = ray.OriginY - Vector256.LoadUnsafe(ref data, 8);
        Vector256<float> fromZ = ray.OriginZ - Vector256.LoadUnsafe(ref data, 16);
        Vector256<float> squaredRadius = Vector256.LoadUnsafe(ref data, 24);
        Vector256<float> toward = -Dot(fromX, fromY, fromZ, ray.DirectionX, ray.DirectionY, ray.DirectionZ, Vector256<float>.Zero);
        Vector256<float> passX = Vector256.FusedMultiplyAdd(toward, ray.DirectionX, fromX);
        Vector256<float> passY = Vector256.FusedMultiplyAdd(toward, ray.DirectionY, fromY);
        Vector256<float> passZ = Vector256.FusedMultiplyAdd(toward, ray.DirectionZ, fromZ);
        Vector256<float> inside = squaredRadius - Dot(passX, passY, passZ, passX, passY, passZ, Vector256<float>.Zero);
        Vector256<float> root = Vector256.Sqrt(inside);
        Vector256<float> far = toward + Vector256.CopySign(root, toward);
        Vector256<float> near = (Dot(fromX, fromY, fromZ, fromX, fromY, fromZ, Vector256<float>.Zero) - squaredRadius) / far;
        Vector256<float> first = Vector256.Min(near, far);
        Vector256<float> time = Vector256.ConditionalSelect(Vector256.GreaterThan(first, Vector256<float>.Zero), first, Vector256.Max(near, far));
        Vector256<float> hit = Vector256.GreaterThanOrEqual(inside, Vector256<float>.Zero) & Vector256.GreaterThan(squaredRadius, Vector256<float>.Zero)
            & Vector256.GreaterThan(time, Vector256<float>.Zero) & Vector256.LessThan(time, Vector256.Create(limit));
        return Nearest(hit, time, limit, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_sphereIds), block * 8), ref shape);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Nearest(Vector256<float> hit, Vector256<float> time, float limit, ref int ids, ref int shape)
    {
        uint mask = hit.ExtractMostSignificantBits();
        while (mask != 0)
        {
            int lane = BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            float candidate = time.GetElement(lane);
            int id = Unsafe.Add(ref ids, lane);

            // Equal distances go to the lower id, so that the answer does not depend on the order in which leaves are visited.
            if (candidate < limit || (candidate == limit && id < shape))
            {
                limit = candidate;
                shape = id;
            }
        }

        return limit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Dot(
        Vector256<float> ax, Vector256<float> ay, Vector256<float> az, Vector256<float> bx, Vector256<float> by, Vector256<float> bz, Vector256<float> plus) =>
        Vector256.FusedMultiplyAdd(ax, bx, Vector256.FusedMultiplyAdd(ay, by, Vector256.FusedMultiplyAdd(az, bz, plus)));

    /// <summary>A ray broadcast to all lanes, with the offsets of the box planes that it meets first.</summary>
    private readonly ref struct WideRay
    {
        public readonly Vector256<float> OriginX;
        public readonly Vector256<float> OriginY;
        public readonly Vector256<float> OriginZ;
        public readonly Vector256<float> DirectionX;
        public readonly Vector256<float> DirectionY;
        public readonly Vector256<float> DirectionZ;
        public readonly Vector256<float> InverseX;
        public readonly Vector256<float> InverseY;
        public readonly Vector256<float> InverseZ;
        public readonly nuint NearX;
        public readonly nuint NearY;
        public readonly nuint NearZ;

        public WideRay(Vector3 origin, Vector3 direction)
        {
            OriginX = Vector256.Create(origin.X);
            OriginY = Vector256.Create(origin.Y);
            OriginZ = Vector256.Create(origin.Z);
            DirectionX = Vector256.Create(direction.X);
            DirectionY = Vector256.Create(direction.Y);
            DirectionZ = Vector256.Create(direction.Z);
            InverseX = Vector256.Create(Inverse(direction.X));
            InverseY = Vector256.Create(Inverse(direction.Y));
            InverseZ = Vector256.Create(Inverse(direction.Z));
            NearX = direction.X < 0 ? 24u : 0u;
            NearY = direction.Y < 0 ? 32u : 8u;
            NearZ = direction.Z < 0 ? 40u : 16u;
        }

        // Never infinite: 0 times infinity would be NaN for a ray that runs in a box's plane.
        private static float Inverse(float value) => MathF.Abs(value) < 1e-20f ? (value < 0 ? -1e20f : 1e20f) : 1 / value;
    }
}

/// <summary>Scratch for <see cref="Bvh"/>; one per thread.</summary>
internal sealed class TraversalStack
{
    // The builder bounds the depth at 80 levels, and a level leaves at most 7 entries behind.
    internal readonly int[] Codes = new int[1024];
    internal readonly float[] Times = new float[1024];
    internal readonly float[] Entry = new float[8];
}
