using System.Numerics;

namespace RenderFarm.Tracing;

/// <summary>A scene ready to be rendered: shapes, surfaces, background, a camera, and the search structures over them.</summary>
/// <remarks>Immutable after construction and safe to share. Building takes O(n log n) time for n shapes.</remarks>
internal sealed class RenderScene
{
    private readonly Material[] _materials;
    private readonly Triangle[] _triangles;
    private readonly Sphere[] _spheres;

    /// <exception cref="ArgumentException">A number is not finite, a shape names a material that is not there, or a colour lies outside its range.</exception>
    public RenderScene(string name, IEnumerable<Material> materials, IEnumerable<Triangle> triangles, IEnumerable<Sphere> spheres, Camera camera, Vector3 background = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(camera);
        Name = name;
        Camera = camera;
        Background = background;
        _materials = [.. materials];
        _triangles = [.. triangles.Where(static triangle => triangle.Area > 0)];
        _spheres = [.. spheres.Where(static sphere => !(sphere.Radius <= 0))];
        Bounds = Check();
        Bvh = BvhBuilder.Build(_triangles, _spheres);
        Lights = new LightTable(_materials, _triangles, _spheres);
        Surfaces = new Surface[_triangles.Length];
        for (int index = 0; index < _triangles.Length; index++)
        {
            ref readonly Triangle triangle = ref _triangles[index];
            Vector3 normal = Vector3.Normalize(Vector3.Cross(triangle.B - triangle.A, triangle.C - triangle.A));
            Surfaces[index] = new Surface(normal, -Vector3.Dot(normal, triangle.A), triangle.Material);
        }
    }

    private RenderScene(RenderScene other, float exposure)
    {
        Name = other.Name;
        Camera = other.Camera;
        Background = other.Background;
        Bounds = other.Bounds;
        Bvh = other.Bvh;
        Lights = other.Lights;
        Surfaces = other.Surfaces;
        _materials = other._materials;
        _triangles = other._triangles;
        _spheres = other._spheres;
        Exposure = exposure;
    }

    public string Name { get; }

    public Camera Camera { get; }

    /// <summary>The radiance of every ray that leaves the scene.</summary>
    public Vector3 Background { get; }

    /// <summary>What radiance is multiplied by before it is shown (<c>ToneMap.Encode</c>). It does not touch what is rendered.</summary>
    public float Exposure { get; init; } = 1;

    public BoundingBox Bounds { get; }

    public ReadOnlySpan<Material> Materials => _materials;

    public ReadOnlySpan<Triangle> Triangles => _triangles;

    public ReadOnlySpan<Sphere> Spheres => _spheres;

    internal Bvh Bvh { get; }

    internal LightTable Lights { get; }

    internal Surface[] Surfaces { get; }

    internal Sphere[] SphereArray => _spheres;

    internal Material[] MaterialArray => _materials;

    /// <summary>The same scene with another exposure; the search structures are shared.</summary>
    public RenderScene WithExposure(float exposure) => new(this, exposure);

    private BoundingBox Check()
    {
        if (!IsFinite(Background) || Vector3.Min(Background, Vector3.Zero) != Vector3.Zero)
        {
            throw new ArgumentException("The background must be a finite radiance, 0 or more.");
        }

        foreach (ref readonly Material material in _materials.AsSpan())
        {
            if (material.Problem() is { } problem)
            {
                throw new ArgumentException($"Scene '{Name}': {problem}.");
            }
        }

        BoundingBox bounds = BoundingBox.Empty;
        foreach (ref readonly Triangle triangle in _triangles.AsSpan())
        {
            bounds = bounds.Include(BoundingBox.Of(triangle));
            CheckMaterial(triangle.Material);
        }

        foreach (ref readonly Sphere sphere in _spheres.AsSpan())
        {
            bounds = bounds.Include(BoundingBox.Of(sphere));
            CheckMaterial(sphere.Material);
        }

        bool empty = _triangles.Length + _spheres.Length == 0;
        return empty || (IsFinite(bounds.Min) && IsFinite(bounds.Max))
            ? bounds
            : throw new ArgumentException($"Scene '{Name}': a shape's coordinates are not finite.");
    }

    private void CheckMaterial(int material)
    {
        if ((uint)material >= (uint)_materials.Length)
        {
            throw new ArgumentException($"Scene '{Name}': a shape names material {material}, there are {_materials.Length}.");
        }
    }

    private static bool IsFinite(Vector3 value) => float.IsFinite(value.X) && float.IsFinite(value.Y) && float.IsFinite(value.Z);

    /// <summary>What the tracer needs of a triangle once it is hit: the plane and the material.</summary>
    internal readonly record struct Surface(Vector3 Normal, float Offset, int Material);
}
