using System.Numerics;
using RenderFarm.Tracing;

namespace RenderFarm.Scenes;

/// <summary>The Cornell box.</summary>
/// <remarks>
/// Geometry (in millimetres), camera position and lens: Cornell University Program of Computer Graphics, "Cornell Box Data", measured 1998. The measured
/// reflectance and emission spectra are reduced to linear RGB. Two departures: the lens (35 mm over a 25 mm film) is narrowed by 5 % so that the box's
/// opening covers the whole picture, without a black frame around it; and the lamp hangs 0.1 mm below the ceiling where the original sits in a hole.
/// </remarks>
internal static class CornellBox
{
    public const string Name = "cornell";
    public const string SpheresName = "cornell-spheres";

    private const int White = 0;
    private const int Red = 1;
    private const int Green = 2;
    private const int Lamp = 3;
    private const int Mirror = 4;
    private const int Glass = 5;

    // Half of the film over the focal length would be 0.357; the opening's nearest edge, the floor, is seen at 273 / 800 = 0.341.
    private const float TangentOfHalfView = 0.340f;

    private static readonly Vector3 LampRadiance = new(17, 12, 4);

    /// <summary>Builds the box with its two blocks, or with a mirror and a glass sphere in their place.</summary>
    public static RenderScene Build(bool spheres = false)
    {
        Material[] materials =
        [
            Material.Diffuse(0.725f, 0.71f, 0.68f),
            Material.Diffuse(0.63f, 0.065f, 0.05f),
            Material.Diffuse(0.14f, 0.45f, 0.091f),
            Material.Light(LampRadiance, albedo: 0.78f),
            Material.Mirror(0.95f),
            Material.Glass(1.5f),
        ];
        var triangles = new List<Triangle>();
        AddRoom(triangles);
        var balls = new List<Sphere>();
        if (spheres)
        {
            balls.Add(new Sphere(new Vector3(400, 100, 370), 100, Mirror));
            balls.Add(new Sphere(new Vector3(165, 90, 180), 90, Glass));
        }
        else
        {
            AddBlock(triangles, 165, new(130, 65), new(82, 225), new(240, 272), new(290, 114));
            AddBlock(triangles, 330, new(423, 247), new(265, 296), new(314, 456), new(472, 406));
        }

        var camera = new Camera(new Vector3(278, 273, -800), new Vector3(278, 273, 0), Vector3.UnitY, TangentOfHalfView, CameraFit.LongerSide);
        return new RenderScene(spheres ? SpheresName : Name, materials, triangles, balls, camera) { Exposure = 1.8f };
    }

    private static void AddRoom(List<Triangle> triangles)
    {
        // Floor, ceiling, back wall, right wall (green), left wall (red), lamp; corners as published.
        AddQuad(triangles, White, new(552.8f, 0, 0), new(0, 0, 0), new(0, 0, 559.2f), new(549.6f, 0, 559.2f));
        AddQuad(triangles, White, new(556, 548.8f, 0), new(556, 548.8f, 559.2f), new(0, 548.8f, 559.2f), new(0, 548.8f, 0));
        AddQuad(triangles, White, new(549.6f, 0, 559.2f), new(0, 0, 559.2f), new(0, 548.8f, 559.2f), new(556, 548.8f, 559.2f));
        AddQuad(triangles, Green, new(0, 0, 559.2f), new(0, 0, 0), new(0, 548.8f, 0), new(0, 548.8f, 559.2f));
        AddQuad(triangles, Red, new(552.8f, 0, 0), new(549.6f, 0, 559.2f), new(556, 548.8f, 559.2f), new(556, 548.8f, 0));
        AddQuad(triangles, Lamp, new(343, 548.7f, 227), new(343, 548.7f, 332), new(213, 548.7f, 332), new(213, 548.7f, 227));
    }

    /// <summary>An upright block: its top and four sides.</summary>
    private static void AddBlock(List<Triangle> triangles, float height, params ReadOnlySpan<Vector2> corners)
    {
        AddQuad(triangles, White, At(corners[0], height), At(corners[1], height), At(corners[2], height), At(corners[3], height));
        for (int side = 0; side < 4; side++)
        {
            Vector2 from = corners[side];
            Vector2 to = corners[(side + 1) % 4];
            AddQuad(triangles, White, At(from, 0), At(from, height), At(to, height), At(to, 0));
        }
    }

    private static Vector3 At(Vector2 place, float height) => new(place.X, height, place.Y);

    private static void AddQuad(List<Triangle> triangles, int material, Vector3 a, Vector3 b, Vector3 c, Vector3 d)
    {
        triangles.Add(new Triangle(a, b, c, material));
        triangles.Add(new Triangle(a, c, d, material));
    }
}
