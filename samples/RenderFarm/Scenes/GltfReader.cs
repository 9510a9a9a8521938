using System.Numerics;
using System.Text.Json;
using RenderFarm.Tracing;

namespace RenderFarm.Scenes;

/// <summary>Reads glTF 2.0: triangles with their nodes' transforms, plain colours, emission, polished metal as mirror, transmission as glass, the first camera.</summary>
/// <remarks>Textures, normals, animation, skins, morphs and point lights are left out with a note. Source: Khronos Group, "glTF 2.0 Specification".</remarks>
internal sealed class GltfReader
{
    private const int MaxNodeDepth = 128;
    private const int MaxNodeVisits = 200_000;
    private const float MaxEmission = 1e6f;

    private static readonly string[] KnownExtensions =
        ["KHR_materials_emissive_strength", "KHR_materials_transmission", "KHR_materials_ior", "KHR_materials_unlit", "KHR_texture_transform", "KHR_lights_punctual"];

    private readonly SceneParts _parts;
    private readonly GltfDocument _document;
    private readonly Dictionary<int, int> _materials = [];
    private readonly HashSet<int> _onPath = [];
    private int _visits;
    private int _defaultMaterial = -1;

    private GltfReader(SceneParts parts, GltfDocument document)
    {
        _parts = parts;
        _document = document;
    }

    public static void Read(SceneParts parts)
    {
        using GltfDocument document = GltfDocument.Open(parts);
        new GltfReader(parts, document).Read();
    }

    private void Read()
    {
        foreach (JsonElement extension in _document.List(_document.Root, "extensionsRequired", "$"))
        {
            string? name = extension.ValueKind == JsonValueKind.String ? extension.GetString() : null;
            if (name is null || !KnownExtensions.Contains(name))
            {
                throw _parts.Problem("$.extensionsRequired", $"the scene cannot be read without '{name}', which is not supported; export it without compression");
            }
        }

        foreach (string ignored in new[] { "textures", "animations", "skins" })
        {
            if (_document.List(_document.Root, ignored, "$").Count > 0)
            {
                _parts.Note(char.ToUpperInvariant(ignored[0]) + ignored[1..] + " are ignored.");
            }
        }

        foreach (int node in RootNodes())
        {
            Visit(node, Matrix4x4.Identity, 0, "$.scenes");
        }
    }

    private List<int> RootNodes()
    {
        if (_document.List(_document.Root, "scenes", "$").Count > 0)
        {
            (JsonElement scene, string path) = _document.Entry("scenes", _document.Index(_document.Root, "scene", "$") ?? 0, "$.scene");
            return Indices(_document.List(scene, "nodes", path), path + ".nodes");
        }

        // Without a scene, every node that is nobody's child.
        List<JsonElement> nodes = _document.List(_document.Root, "nodes", "$");
        var children = new HashSet<int>();
        for (int index = 0; index < nodes.Count; index++)
        {
            (JsonElement node, string path) = _document.Entry("nodes", index, "$");
            children.UnionWith(Indices(_document.List(node, "children", path), path));
        }

        return [.. Enumerable.Range(0, nodes.Count).Where(index => !children.Contains(index))];
    }

    private List<int> Indices(List<JsonElement> list, string path) =>
        [.. list.Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int index) && index >= 0 ? index : throw _parts.Problem(path, "expected whole numbers of 0 or more"))];

    private void Visit(int index, Matrix4x4 parent, int depth, string from)
    {
        (JsonElement node, string path) = _document.Entry("nodes", index, from);
        if (depth > MaxNodeDepth || ++_visits > MaxNodeVisits || !_onPath.Add(index))
        {
            throw _parts.Problem(path, "the nodes form a circle, or are nested or repeated beyond reason");
        }

        Matrix4x4 transform = Local(node, path) * parent;
        if (_document.Index(node, "camera", path) is { } camera && _parts.Camera is null)
        {
            _parts.Camera = ReadCamera(camera, transform, path);
        }

        if (_document.Index(node, "mesh", path) is { } mesh)
        {
            AddMesh(mesh, transform, path);
        }

        if (_document.Object(node, "extensions", path) is { } extensions && extensions.TryGetProperty("KHR_lights_punctual", out _))
        {
            _parts.Note("Point, spot and directional lights are ignored: only surfaces that shine give light.");
        }

        foreach (int child in Indices(_document.List(node, "children", path), path + ".children"))
        {
            Visit(child, transform, depth + 1, path);
        }

        _onPath.Remove(index);
    }

    private Matrix4x4 Local(JsonElement node, string path)
    {
        // glTF writes column vectors column by column, which reads as System.Numerics' row vectors row by row.
        if (_document.Numbers(node, "matrix", 16, path) is { } m)
        {
            return new Matrix4x4(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9], m[10], m[11], m[12], m[13], m[14], m[15]);
        }

        float[] scale = _document.Numbers(node, "scale", 3, path) ?? [1, 1, 1];
        float[] turn = _document.Numbers(node, "rotation", 4, path) ?? [0, 0, 0, 1];
        float[] move = _document.Numbers(node, "translation", 3, path) ?? [0, 0, 0];
        var rotation = new Quaternion(turn[0], turn[1], turn[2], turn[3]);
        rotation = rotation.LengthSquared() > 0 ? Quaternion.Normalize(rotation) : Quaternion.Identity;
        return Matrix4x4.CreateScale(scale[0], scale[1], scale[2]) * Matrix4x4.CreateFromQuaternion(rotation) * Matrix4x4.CreateTranslation(move[0], move[1], move[2]);
    }

    private Camera? ReadCamera(int index, Matrix4x4 transform, string from)
    {
        (JsonElement camera, string path) = _document.Entry("cameras", index, from);
        if (_document.Object(camera, "perspective", path) is not { } lens)
        {
            _parts.Note("Orthographic cameras are ignored.");
            return null;
        }

        float angle = _document.Number(lens, "yfov", 0.8f, path);
        Vector3 position = Vector3.Transform(Vector3.Zero, transform);
        Vector3 forward = Vector3.TransformNormal(-Vector3.UnitZ, transform);
        Vector3 up = Vector3.TransformNormal(Vector3.UnitY, transform);
        if (!(angle > 0.001f && angle < 3.1f) || !(Vector3.Cross(forward, up).Length() > 1e-12f))
        {
            throw _parts.Problem(path, "the camera has no usable field of view or direction");
        }

        return new Camera(position, position + Vector3.Normalize(forward), up, MathF.Tan(angle / 2), CameraFit.Height);
    }

    private void AddMesh(int index, Matrix4x4 transform, string from)
    {
        (JsonElement mesh, string path) = _document.Entry("meshes", index, from);
        List<JsonElement> primitives = _document.List(mesh, "primitives", path);
        bool mirrored = transform.GetDeterminant() < 0;
        for (int number = 0; number < primitives.Count; number++)
        {
            string place = $"{path}.primitives[{number}]";
            int mode = _document.Index(primitives[number], "mode", place) ?? 4;
            if (mode is < 4 or > 6)
            {
                _parts.Note("Points and lines are left out.");
                continue;
            }

            JsonElement attributes = _document.Object(primitives[number], "attributes", place) ?? throw _parts.Problem(place, "the attributes are missing");
            int positions = _document.Index(attributes, "POSITION", place) ?? throw _parts.Problem(place, "the positions are missing");
            Vector3[] points = _document.Positions(positions, place);
            for (int point = 0; point < points.Length; point++)
            {
                points[point] = Vector3.Transform(points[point], transform);
            }

            int[] order = _document.Index(primitives[number], "indices", place) is { } indices ? _document.Indices(indices, points.Length, place) : [.. Enumerable.Range(0, points.Length)];
            int material = MaterialOf(_document.Index(primitives[number], "material", place), place);
            AddTriangles(points, order, mode, mirrored, material, place);
        }
    }

    private void AddTriangles(Vector3[] points, int[] order, int mode, bool mirrored, int material, string place)
    {
        int count = mode == 4 ? order.Length / 3 : order.Length - 2;
        for (int index = 0; index < count; index++)
        {
            (int a, int b, int c) = mode switch
            {
                4 => (3 * index, (3 * index) + 1, (3 * index) + 2),
                5 => (index, index + 1 + (index % 2), index + 2 - (index % 2)),
                _ => (0, index + 1, index + 2),
            };

            // A transform that mirrors turns the winding round.
            _parts.Add(points[order[a]], points[order[mirrored ? c : b]], points[order[mirrored ? b : c]], material, place);
        }
    }

    private int MaterialOf(int? index, string from)
    {
        if (index is not { } number)
        {
            return _defaultMaterial >= 0 ? _defaultMaterial : _defaultMaterial = _parts.Add(Material.Diffuse(0.7f, 0.7f, 0.7f), from);
        }

        if (_materials.TryGetValue(number, out int known))
        {
            return known;
        }

        (JsonElement material, string path) = _document.Entry("materials", number, from);
        return _materials[number] = _parts.Add(ReadMaterial(material, path), path);
    }

    private Material ReadMaterial(JsonElement material, string path)
    {
        Vector3 colour = Vector3.One;
        float metallic = 1;
        float roughness = 1;
        if (_document.Object(material, "pbrMetallicRoughness", path) is { } surface)
        {
            float[] factor = _document.Numbers(surface, "baseColorFactor", 4, path) ?? [1, 1, 1, 1];
            colour = Vector3.Clamp(new Vector3(factor[0], factor[1], factor[2]), Vector3.Zero, Vector3.One);
            metallic = _document.Number(surface, "metallicFactor", 1, path);
            roughness = _document.Number(surface, "roughnessFactor", 1, path);
            if (surface.TryGetProperty("baseColorTexture", out _) && colour == Vector3.One)
            {
                colour = new Vector3(0.7f);
            }
        }

        float strength = 1;
        float transmission = 0;
        float index = 1.5f;
        if (_document.Object(material, "extensions", path) is { } extensions)
        {
            strength = Extension(extensions, "KHR_materials_emissive_strength", "emissiveStrength", 1, path);
            transmission = Extension(extensions, "KHR_materials_transmission", "transmissionFactor", 0, path);
            index = Math.Clamp(Extension(extensions, "KHR_materials_ior", "ior", 1.5f, path), 1, 4);
        }

        float[] emissive = _document.Numbers(material, "emissiveFactor", 3, path) ?? [0, 0, 0];
        Vector3 emission = Vector3.Clamp(strength * new Vector3(emissive[0], emissive[1], emissive[2]), Vector3.Zero, new Vector3(MaxEmission));
        bool bothSides = material.TryGetProperty("doubleSided", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        MaterialKind kind = transmission > 0.5f ? MaterialKind.Glass : metallic > 0.9f && roughness < 0.2f ? MaterialKind.Mirror : MaterialKind.Diffuse;

        // Nothing reflects all light: a white of exactly 1 would never let a path end in a closed scene.
        return new Material(kind, kind == MaterialKind.Glass ? colour : 0.95f * colour, emission, bothSides, index);
    }

    private float Extension(JsonElement extensions, string name, string field, float otherwise, string path) =>
        _document.Object(extensions, name, path) is { } extension ? _document.Number(extension, field, otherwise, $"{path}.extensions.{name}") : otherwise;
}
