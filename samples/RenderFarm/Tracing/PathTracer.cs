using System.Numerics;

namespace RenderFarm.Tracing;

/// <summary>
/// An unbiased path tracer: at each diffuse bounce a light is sampled directly and the result combined with the light found by scattering (multiple
/// importance sampling, power heuristic); paths end by Russian roulette. One instance belongs to one thread.
/// </summary>
/// <remarks>
/// Sources: J. T. Kajiya, "The Rendering Equation", SIGGRAPH 1986; E. Veach, "Robust Monte Carlo Methods for Light Transport Simulation", thesis,
/// Stanford 1997, chapters 9 (power heuristic) and 10. Glass carries radiance over the squared refractive index, which is invariant, so no factor
/// appears where a ray enters and leaves. Nothing is clamped.
/// </remarks>
internal sealed class PathTracer(RenderScene scene, int maxBounces, LightStrategy strategy)
{
    // The first bounces always go on: roulette pays off only once a path carries little.
    private const int SureBounces = 3;
    private const float InversePi = 1 / MathF.PI;

    private readonly Bvh _bvh = scene.Bvh;
    private readonly LightTable _lights = scene.Lights;
    private readonly Material[] _materials = scene.MaterialArray;
    private readonly RenderScene.Surface[] _surfaces = scene.Surfaces;
    private readonly Sphere[] _spheres = scene.SphereArray;
    private readonly TraversalStack _stack = new();
    private readonly bool _sampleLights = strategy == LightStrategy.Combined && scene.Lights.Count > 0;

    // How far a new ray starts above the surface it leaves, for a scene that is small around the origin.
    private readonly float _lift = 1e-6f * MathF.Max(1e-12f, MathF.Min(1e12f, scene.Bounds.Size.Length()));

    /// <summary>How many rays were traced so far: the work, independent of the machine.</summary>
    public long Rays { get; private set; }

    /// <summary>The radiance that arrives along one random path.</summary>
    public Vector3 Trace(Vector3 origin, Vector3 direction, ref CounterRandom random)
    {
        Vector3 radiance = Vector3.Zero;
        Vector3 throughput = Vector3.One;

        // The density with which the last bounce chose this direction; 0 where light sampling could not have found it.
        float density = 0;
        for (int bounce = 0; ; bounce++)
        {
            Rays++;
            float distance = _bvh.Intersect(origin, direction, float.PositiveInfinity, out int shape, _stack);
            if (shape < 0)
            {
                return radiance + (throughput * scene.Background);
            }

            Vector3 point = Locate(origin, direction, distance, shape, out Vector3 normal, out int materialIndex);
            ref readonly Material material = ref _materials[materialIndex];
            float facing = Vector3.Dot(normal, direction);
            bool front = facing < 0;
            if (material.IsEmissive && (front || material.EmitsBothSides))
            {
                float weight = 1;
                if (density > 0)
                {
                    float other = _lights.AreaDensity(materialIndex) * distance * distance / MathF.Max(MathF.Abs(facing), 1e-9f);
                    weight = density * density / ((density * density) + (other * other));
                }

                radiance += weight * throughput * material.Emission;
            }

            if (bounce >= maxBounces)
            {
                return radiance;
            }

            Vector3 side = front ? normal : -normal;
            float lift = (2e-5f * MaxComponent(Vector3.Abs(point))) + _lift;
            switch (material.Kind)
            {
                case MaterialKind.Mirror:
                    throughput *= material.Colour;
                    direction = Scattering.Reflect(direction, side);
                    origin = point + (lift * side);
                    density = 0;
                    break;
                case MaterialKind.Glass:
                    throughput *= material.Colour;
                    direction = ThroughGlass(direction, side, front ? 1 / material.RefractiveIndex : material.RefractiveIndex, ref random, out bool crossed);
                    origin = point + ((crossed ? -lift : lift) * side);
                    density = 0;
                    break;
                default:
                    origin = point + (lift * side);
                    throughput *= material.Colour;
                    if (throughput == Vector3.Zero)
                    {
                        return radiance;
                    }

                    if (_sampleLights)
                    {
                        radiance += throughput * DirectLight(origin, side, ref random);
                    }

                    (float first, float second) = random.NextPair();
                    direction = Scattering.CosineHemisphere(side, first, second, out float cosine);
                    density = _sampleLights ? cosine * InversePi : 0;
                    break;
            }

            if (bounce >= SureBounces)
            {
                float survival = MathF.Min(MaxComponent(throughput), 0.98f);
                if (!(random.NextFloat() < survival))
                {
                    return radiance;
                }

                throughput /= survival;
            }
        }
    }

    /// <summary>One light sample's share of the light scattered at a diffuse point, albedo left out.</summary>
    private Vector3 DirectLight(Vector3 point, Vector3 normal, ref CounterRandom random)
    {
        (Vector3 target, Vector3 lightNormal, int materialIndex) = _lights.Sample(ref random);
        ref readonly Material light = ref _materials[materialIndex];
        Vector3 way = target - point;
        float squared = way.LengthSquared();
        float distance = MathF.Sqrt(squared);
        if (!(distance > 0))
        {
            return Vector3.Zero;
        }

        Vector3 direction = way / distance;
        float cosine = Vector3.Dot(normal, direction);
        float lightCosine = -Vector3.Dot(lightNormal, direction);
        if (light.EmitsBothSides)
        {
            lightCosine = MathF.Abs(lightCosine);
        }

        if (cosine <= 0 || lightCosine <= 1e-9f)
        {
            return Vector3.Zero;
        }

        // The end is drawn in as far as a start is lifted, so the light does not shade itself.
        float slack = ((4e-5f * MaxComponent(Vector3.Abs(target))) + (2 * _lift)) / MathF.Max(lightCosine, 0.05f);
        Rays++;
        if (_bvh.IsOccluded(point, direction, distance - slack, _stack))
        {
            return Vector3.Zero;
        }

        float density = _lights.AreaDensity(materialIndex) * squared / lightCosine;
        float other = cosine * InversePi;
        float weight = density * density / ((density * density) + (other * other));
        return (weight * other / density) * light.Emission;
    }

    private static Vector3 ThroughGlass(Vector3 direction, Vector3 side, float ratio, ref CounterRandom random, out bool crossed)
    {
        float cosine = MathF.Min(1, -Vector3.Dot(direction, side));
        float reflected = Scattering.Fresnel(cosine, ratio, out float transmitted);
        crossed = !(random.NextFloat() < reflected);
        return crossed
            ? Vector3.Normalize((ratio * direction) + (((ratio * cosine) - transmitted) * side))
            : Scattering.Reflect(direction, side);
    }

    // The point is put back onto the shape, which takes away the error that grows with the ray's length.
    private Vector3 Locate(Vector3 origin, Vector3 direction, float distance, int shape, out Vector3 normal, out int material)
    {
        Vector3 point = origin + (distance * direction);
        if (shape < _surfaces.Length)
        {
            ref readonly RenderScene.Surface surface = ref _surfaces[shape];
            normal = surface.Normal;
            material = surface.Material;
            return point - ((Vector3.Dot(normal, point) + surface.Offset) * normal);
        }

        ref readonly Sphere sphere = ref _spheres[shape - _surfaces.Length];
        normal = Vector3.Normalize(point - sphere.Centre);
        material = sphere.Material;
        return sphere.Centre + (sphere.Radius * normal);
    }

    private static float MaxComponent(Vector3 value) => MathF.Max(value.X, MathF.Max(value.Y, value.Z));
}

/// <summary>How light sources are found. Both are unbiased; they differ in noise.</summary>
internal enum LightStrategy
{
    /// <summary>Light sampling and scattering, combined.</summary>
    Combined,

    /// <summary>Scattering alone: far noisier where lights are small; the reference that the tests compare with.</summary>
    ScatteringOnly,
}
