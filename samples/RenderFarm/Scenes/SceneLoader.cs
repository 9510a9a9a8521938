using System.Numerics;
using RenderFarm.Imaging;
using RenderFarm.Tracing;
using Vouch.Core.Exceptions;

namespace RenderFarm.Scenes;

/// <summary>A scene and what was left out or added on the way.</summary>
internal sealed record LoadedScene(RenderScene Scene, IReadOnlyList<string> Notes);

/// <summary>Finds a scene by its built-in name or reads it from a <c>.gltf</c>, <c>.glb</c> or <c>.obj</c> file.</summary>
internal static class SceneLoader
{
    /// <summary>The scenes that need no file.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [CornellBox.Name, CornellBox.SpheresName];

    /// <summary>Loads a scene.</summary>
    /// <param name="nameOrPath">A built-in name or a path.</param>
    /// <exception cref="SceneAnalysisException">The file is missing, malformed, too large, or holds nothing to see. It says where and what was expected.</exception>
    public static LoadedScene Load(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrPath);
        if (nameOrPath is CornellBox.Name or CornellBox.SpheresName)
        {
            return new LoadedScene(CornellBox.Build(nameOrPath == CornellBox.SpheresName), []);
        }

        var parts = new SceneParts(nameOrPath);
        try
        {
            switch (Path.GetExtension(nameOrPath).ToUpperInvariant())
            {
                case ".OBJ":
                    ObjReader.Read(parts);
                    break;
                case ".GLTF" or ".GLB":
                    GltfReader.Read(parts);
                    break;
                default:
                    throw parts.Problem(null, $"there is no built-in scene of this name ({string.Join(", ", BuiltIn)}), and a file ends in .gltf, .glb or .obj");
            }

            return Finish(parts);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException or OverflowException or IOException)
        {
            throw parts.Problem(null, $"the file is malformed ({error.Message})", error);
        }
    }

    private static LoadedScene Finish(SceneParts parts)
    {
        BoundingBox bounds = BoundingBox.Empty;
        foreach (Triangle triangle in parts.Triangles)
        {
            bounds = bounds.Include(BoundingBox.Of(triangle));
        }

        float extent = bounds.Size.Length();
        if (parts.Triangles.Count == 0 || !(extent > 0))
        {
            throw parts.Problem(null, "it holds no triangle with an area");
        }

        if (!float.IsFinite(extent) || extent > 1e15f || Vector3.Abs(bounds.Centre).Length() > 1e15f)
        {
            throw parts.Problem(null, "its coordinates are too large or not numbers");
        }

        bool hasLight = parts.Triangles.Exists(triangle => triangle.Area > 0 && parts.Materials[triangle.Material].IsEmissive);
        Camera camera = parts.Camera ?? LookAt(bounds);
        if (parts.Camera is null && !hasLight)
        {
            // A bare model, not a staged scene: something for its shadow to fall on.
            AddFloor(parts, bounds);
            parts.Note("A floor was put under the model.");
        }

        if (parts.Camera is null)
        {
            parts.Note("The file has no camera: one was put before the scene, looking slightly down.");
        }

        Vector3 background = Vector3.Zero;
        if (!hasLight)
        {
            background = new Vector3(0.3f, 0.36f, 0.46f);
            AddLamp(parts, bounds);
            parts.Note("The file has no light: a sky and a lamp above were added.");
        }

        string name = Path.GetFileNameWithoutExtension(parts.Path);
        var scene = new RenderScene(name.Length == 0 ? "scene" : name, parts.Materials, parts.Triangles, [], camera, background);
        ImageTile pilot = Renderer.Render(scene, camera, 48, 48, new Rect(0, 0, 48, 48), 8, 4, 0, CancellationToken.None);
        return new LoadedScene(scene.WithExposure(ToneMap.SuggestExposure(pilot.Rgb)), parts.Notes);
    }

    private static Camera LookAt(BoundingBox bounds)
    {
        const float tangent = 0.36f;
        float radius = 0.5f * bounds.Size.Length();
        float distance = radius * MathF.Sqrt(1 + (1 / (tangent * tangent)));
        var direction = Vector3.Normalize(new Vector3(0.55f, 0.4f, 1));
        return new Camera(bounds.Centre + (distance * direction), bounds.Centre, Vector3.UnitY, tangent, CameraFit.ShorterSide);
    }

    private static void AddFloor(SceneParts parts, BoundingBox bounds)
    {
        int grey = parts.Add(Material.Diffuse(0.5f, 0.5f, 0.5f), "the added floor");
        float reach = 30 * bounds.Size.Length();
        Vector3 centre = bounds.Centre with { Y = bounds.Min.Y - (0.002f * bounds.Size.Length()) };
        var corner = new Vector3(reach, 0, reach);
        var other = new Vector3(reach, 0, -reach);
        parts.Add(centre - corner, centre - other, centre + corner, grey, "the added floor");
        parts.Add(centre - corner, centre + corner, centre + other, grey, "the added floor");
    }

    private static void AddLamp(SceneParts parts, BoundingBox bounds)
    {
        float radius = 0.5f * bounds.Size.Length();
        int lamp = parts.Add(Material.Light(new Vector3(22, 21, 18.5f)), "the added lamp");
        Vector3 centre = bounds.Centre + (radius * new Vector3(0.5f, 2.2f, 0.6f));
        Vector3 down = Vector3.Normalize(bounds.Centre - centre);
        Vector3 across = radius * Vector3.Normalize(Vector3.Cross(down, Vector3.UnitZ));
        Vector3 along = radius * Vector3.Normalize(Vector3.Cross(across, down));

        // Wound so that the front, which shines, looks down.
        Vector3[] corners = [centre - (0.5f * (across + along)), centre - (0.5f * (across - along)), centre + (0.5f * (across + along)), centre + (0.5f * (across - along))];
        bool flipped = Vector3.Dot(Vector3.Cross(corners[1] - corners[0], corners[2] - corners[0]), down) < 0;
        parts.Add(corners[0], corners[flipped ? 2 : 1], corners[flipped ? 1 : 2], lamp, "the added lamp");
        parts.Add(corners[0], corners[flipped ? 3 : 2], corners[flipped ? 2 : 3], lamp, "the added lamp");
    }
}
