using System.Numerics;

namespace RenderFarm.Tracing;

/// <summary>A triangle; seen from its front, the corners run counter-clockwise.</summary>
internal readonly record struct Triangle(Vector3 A, Vector3 B, Vector3 C, int Material)
{
    public float Area => 0.5f * Vector3.Cross(B - A, C - A).Length();
}

/// <summary>A sphere.</summary>
internal readonly record struct Sphere(Vector3 Centre, float Radius, int Material)
{
    public float Area => 4 * MathF.PI * Radius * Radius;
}

/// <summary>A box along the axes; the default constructor makes one of no size at the origin, <see cref="Empty"/> one that holds nothing.</summary>
internal readonly record struct BoundingBox(Vector3 Min, Vector3 Max)
{
    public static BoundingBox Empty { get; } = new(new Vector3(float.PositiveInfinity), new Vector3(float.NegativeInfinity));

    public Vector3 Centre => 0.5f * (Min + Max);

    public Vector3 Size => Max - Min;

    /// <summary>Half the surface; 0 for the empty box.</summary>
    public float HalfArea
    {
        get
        {
            Vector3 size = Vector3.Max(Size, Vector3.Zero);
            return (size.X * size.Y) + (size.Y * size.Z) + (size.Z * size.X);
        }
    }

    public BoundingBox Include(Vector3 point) => new(Vector3.Min(Min, point), Vector3.Max(Max, point));

    public BoundingBox Include(BoundingBox other) => new(Vector3.Min(Min, other.Min), Vector3.Max(Max, other.Max));

    public static BoundingBox Of(in Triangle triangle) =>
        new(Vector3.Min(triangle.A, Vector3.Min(triangle.B, triangle.C)), Vector3.Max(triangle.A, Vector3.Max(triangle.B, triangle.C)));

    public static BoundingBox Of(in Sphere sphere) => new(sphere.Centre - new Vector3(sphere.Radius), sphere.Centre + new Vector3(sphere.Radius));
}
