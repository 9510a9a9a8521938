using System.Numerics;
using RenderFarm.Tracing;

namespace RenderFarm.Tests.Tracing;

public class BvhTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(8, 3)]
    [InlineData(9, 0)]
    [InlineData(700, 100)]
    [InlineData(5000, 0)]
    public void Intersect_RandomShapes_AgreesWithBruteForce(int triangleCount, int sphereCount)
    {
        (Triangle[] triangles, Sphere[] spheres) = TestScenes.Strew(triangleCount, sphereCount, 7);
        Bvh bvh = BvhBuilder.Build(triangles, spheres);
        var stack = new TraversalStack();
        var random = new CounterRandom(11, 0, 0);
        int hits = 0;
        for (int ray = 0; ray < 1500; ray++)
        {
            var origin = new Vector3((30 * random.NextFloat()) - 15, (30 * random.NextFloat()) - 15, (30 * random.NextFloat()) - 15);
            var target = new Vector3((12 * random.NextFloat()) - 6, (12 * random.NextFloat()) - 6, (12 * random.NextFloat()) - 6);
            if (ray % 2 == 0)
            {
                // Half of the rays are aimed at a shape, so that few shapes are hit as well.
                int pick = (int)(random.NextFloat() * (triangleCount + sphereCount));
                target = pick < triangleCount ? (triangles[pick].A + triangles[pick].B + triangles[pick].C) / 3 : spheres[pick - triangleCount].Centre;
            }

            Vector3 direction = Vector3.Normalize(target - origin);

            float distance = bvh.Intersect(origin, direction, float.PositiveInfinity, out int shape, stack);

            (double nearest, bool onEdge) = Nearest(triangles, spheres, origin, direction);
            if (onEdge)
            {
                continue;
            }

            if (double.IsPositiveInfinity(nearest))
            {
                shape.Should().Be(-1);
                continue;
            }

            hits++;
            ((double)distance).Should().BeApproximately(nearest, 1e-4 * Math.Max(1, nearest));
            bvh.IsOccluded(origin, direction, distance * 1.001f, stack).Should().BeTrue();
            bvh.IsOccluded(origin, direction, distance * 0.999f, stack).Should().BeFalse();
        }

        hits.Should().BeGreaterThan(500);
    }

    [Fact]
    public void Intersect_AxisParallelRaysInBoxPlanes_FindTheWall()
    {
        // A ray that runs in the plane of a box has a zero component: 0 * infinity must not lose the hit.
        Triangle[] wall = [new(new(0, 0, 0), new(0, 1, 0), new(0, 1, 1), 0), new(new(0, 0, 0), new(0, 1, 1), new(0, 0, 1), 0)];
        Bvh bvh = BvhBuilder.Build(wall, []);
        var stack = new TraversalStack();

        foreach (float y in new[] { 0.25f, 0.5f, 0.75f, 1f })
        {
            bvh.Intersect(new Vector3(-1, y, 0.5f), Vector3.UnitX, float.PositiveInfinity, out _, stack).Should().Be(1);
            bvh.Intersect(new Vector3(1, y, 0.5f), -Vector3.UnitX, float.PositiveInfinity, out _, stack).Should().Be(1);
        }
    }

    [Fact]
    public void Build_ManyShapesInOnePlace_EndsAndFindsThem()
    {
        Triangle[] same = [.. Enumerable.Repeat(new Triangle(new(-1, -1, 0), new(1, -1, 0), new(0, 1, 0), 0), 1000)];
        Triangle[] shrinking = [.. Enumerable.Range(0, 1000).Select(index => new Triangle(new(1 * MathF.Pow(0.9f, index), 0, 0), new(1.1f * MathF.Pow(0.9f, index), 0, 0), new(MathF.Pow(0.9f, index), 1, 0), 0))];
        var stack = new TraversalStack();

        BvhBuilder.Build(same, []).Intersect(new Vector3(0, 0, 5), -Vector3.UnitZ, float.PositiveInfinity, out int shape, stack).Should().Be(5);
        BvhBuilder.Build(shrinking, []).Intersect(new Vector3(1.05f, 0.1f, 5), -Vector3.UnitZ, float.PositiveInfinity, out int first, stack).Should().Be(5);

        shape.Should().BeInRange(0, 999);
        first.Should().Be(0);
    }

    [Fact]
    public void Intersect_EmptyScene_FindsNothing()
    {
        Bvh bvh = BvhBuilder.Build([], []);

        bvh.Intersect(Vector3.Zero, Vector3.UnitX, float.PositiveInfinity, out int shape, new TraversalStack()).Should().Be(float.PositiveInfinity);

        shape.Should().Be(-1);
        bvh.IsOccluded(Vector3.Zero, Vector3.UnitX, 10, new TraversalStack()).Should().BeFalse();
    }

    // Moeller and Trumbore's test and the quadratic formula, in double precision: another method than the one under test.
    private static (double Distance, bool OnEdge) Nearest(Triangle[] triangles, Sphere[] spheres, Vector3 origin, Vector3 direction)
    {
        double nearest = double.PositiveInfinity;
        bool onEdge = false;
        double[] o = [origin.X, origin.Y, origin.Z];
        double[] d = [direction.X, direction.Y, direction.Z];
        foreach (Triangle triangle in triangles)
        {
            double[] a = [triangle.A.X, triangle.A.Y, triangle.A.Z];
            double[] e1 = [triangle.B.X - a[0], triangle.B.Y - a[1], triangle.B.Z - a[2]];
            double[] e2 = [triangle.C.X - a[0], triangle.C.Y - a[1], triangle.C.Z - a[2]];
            double[] p = Cross(d, e2);
            double determinant = Dot(e1, p);
            double[] t = [o[0] - a[0], o[1] - a[1], o[2] - a[2]];
            double u = Dot(t, p) / determinant;
            double[] q = Cross(t, e1);
            double v = Dot(d, q) / determinant;
            double distance = Dot(e2, q) / determinant;
            if (!(distance > 0))
            {
                continue;
            }

            double margin = Math.Min(Math.Min(u, v), 1 - u - v);
            double grazing = Math.Abs(determinant) / Math.Sqrt(Dot(Cross(e1, e2), Cross(e1, e2)));
            onEdge |= Math.Abs(margin) < 1e-3 || (margin > -0.1 && grazing < 0.03);
            if (margin >= 0 && distance < nearest)
            {
                nearest = distance;
            }
        }

        foreach (Sphere sphere in spheres)
        {
            double[] f = [o[0] - sphere.Centre.X, o[1] - sphere.Centre.Y, o[2] - sphere.Centre.Z];
            double b = Dot(f, d);
            double discriminant = (b * b) - Dot(f, f) + (sphere.Radius * (double)sphere.Radius);
            onEdge |= Math.Abs(discriminant) < 1e-3;
            if (discriminant >= 0)
            {
                double near = -b - Math.Sqrt(discriminant);
                double far = -b + Math.Sqrt(discriminant);
                double distance = near > 0 ? near : far > 0 ? far : double.PositiveInfinity;
                nearest = Math.Min(nearest, distance);
            }
        }

        return (nearest, onEdge);
    }

    private static double Dot(double[] a, double[] b) => (a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]);

    private static double[] Cross(double[] a, double[] b) => [(a[1] * b[2]) - (a[2] * b[1]), (a[2] * b[0]) - (a[0] * b[2]), (a[0] * b[1]) - (a[1] * b[0])];
}
