using System.Numerics;
using RenderFarm.Tracing;

namespace RenderFarm.Tests.Tracing;

internal static class TestScenes
{
    public static Camera LookAtOrigin { get; } = new(new Vector3(0, 0, 4), Vector3.Zero, Vector3.UnitY, 0.2f, CameraFit.Height);

    public static Camera FromWithin { get; } = new(new Vector3(0.1f, -0.2f, 0.3f), new Vector3(1, 2, 3), Vector3.UnitY, 1, CameraFit.Height);

    /// <summary>One sphere before a uniform sky of radiance 1: the white furnace.</summary>
    public static RenderScene Furnace(Material material) =>
        new("furnace", [material], [], [new Sphere(Vector3.Zero, 1, 0)], LookAtOrigin, Vector3.One);

    public static float[] Render(RenderScene scene, int size, int samples, int bounces, ulong seed = 1, LightStrategy strategy = LightStrategy.Combined) =>
        Renderer.Render(scene, scene.Camera, size, size, new Rect(0, 0, size, size), samples, bounces, seed, CancellationToken.None, threads: 2, strategy).Rgb;

    /// <summary>Triangles and spheres strewn over a cube, of very different sizes.</summary>
    public static (Triangle[] Triangles, Sphere[] Spheres) Strew(int triangles, int spheres, ulong seed)
    {
        var random = new CounterRandom(seed, 0, 0);
        Vector3 Point(float size) => size * new Vector3((2 * random.NextFloat()) - 1, (2 * random.NextFloat()) - 1, (2 * random.NextFloat()) - 1);
        var shapes = new Triangle[triangles];
        for (int index = 0; index < triangles; index++)
        {
            Vector3 centre = Point(10);
            float size = MathF.Pow(10, (2 * random.NextFloat()) - 1.5f);
            shapes[index] = new Triangle(centre + Point(size), centre + Point(size), centre + Point(size), 0);
        }

        var balls = new Sphere[spheres];
        for (int index = 0; index < spheres; index++)
        {
            balls[index] = new Sphere(Point(10), 0.05f + random.NextFloat(), 0);
        }

        return (shapes, balls);
    }
}
