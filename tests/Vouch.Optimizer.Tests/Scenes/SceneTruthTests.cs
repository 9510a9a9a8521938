using System.Text.Json;
using Vouch.Optimizer.Scenes;
using Vouch.TestData;

namespace Vouch.Optimizer.Tests.Scenes;

/// <summary>Every figure of the truth table of public scenes, and every malformed file beside them.</summary>
public sealed class SceneTruthTests
{
    [Fact]
    public void Analyze_PublicScenes_CountsEveryFigureExactly()
    {
        string folder = SharedData.Require("optimizer/scenes");
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "truth.json")));
        var analyzer = new SceneAnalyzer();
        var wrong = new List<string>();
        int fields = 0;
        foreach (JsonProperty scene in truth.RootElement.EnumerateObject())
        {
            SceneStatistics found = analyzer.Analyze(Path.Combine(folder, scene.Name, scene.Value.GetProperty("main_file").GetString()!)).Statistics!;
            foreach (JsonProperty field in scene.Value.EnumerateObject().Where(field => field.Name is not ("licence" or "main_file")))
            {
                fields++;
                string expected = Text(field.Value);
                string actual = JsonSerializer.Serialize(Figure(found, field.Name));
                if (actual != expected)
                {
                    wrong.Add($"{scene.Name}.{field.Name}: {actual}, expected {expected}");
                }
            }
        }

        wrong.Should().BeEmpty();
        fields.Should().BeGreaterThan(100);
    }

    [Fact]
    public void Analyze_MalformedFiles_GiveATypedResult()
    {
        string[] files = Directory.GetFiles(SharedData.Require("optimizer/scenes/malformed"));
        files.Should().NotBeEmpty();
        foreach (string file in files)
        {
            new SceneAnalyzer().Analyze(file).IsUsable.Should().BeFalse(file);
        }
    }

    private static object? Figure(SceneStatistics s, string name) => name switch
    {
        "format" => s.Format == SceneFormat.Tungsten ? "tungsten-json" : s.Format.ToString().ToLowerInvariant(),
        "file_bytes" => s.FileBytes,
        "json_bytes" => s.JsonBytes,
        "unique_triangles" => s.UniqueTriangles,
        "scene_triangles" => s.SceneTriangles,
        "vertices" => s.Vertices,
        "materials" or "bsdfs" => s.Materials,
        "missing_resources" => s.MissingResources,
        "faces" => s.Obj?.Faces ?? s.Ply?.Faces,
        "lines" => s.Obj?.Lines,
        "max_face_vertices" => s.Obj?.MaxFaceVertices,
        "normals" => s.Obj?.Normals,
        "texcoords" => s.Obj?.TextureCoordinates,
        "objects" => s.Obj?.Objects,
        "groups" => s.Obj?.Groups,
        "encoding" => s.Ply?.Encoding,
        "elements" => s.Ply is { } ply ? new SortedDictionary<string, long>(ply.Elements.ToDictionary(), StringComparer.Ordinal) : null,
        "media" => s.Tungsten?.Media,
        "integrator" => s.Tungsten?.Integrator,
        "max_bounces" => s.Tungsten?.MaxBounces,
        "spp" => s.Tungsten?.SamplesPerPixel,
        "resolution" => new[] { s.Tungsten?.Width, s.Tungsten?.Height },
        "primitives" => s.Tungsten?.Primitives ?? s.Gltf?.Primitives,
        "accessors" => s.Gltf?.Accessors,
        "animation_channels" => s.Gltf?.AnimationChannels,
        "animations" => s.Gltf?.Animations,
        "buffer_bytes" => s.Gltf?.BufferBytes,
        "cameras" => s.Gltf?.Cameras,
        "double_sided_materials" => s.Gltf?.DoubleSidedMaterials,
        "embedded_data_uris" => s.Gltf?.EmbeddedDataUris,
        "extensions_used" => s.Gltf?.ExtensionsUsed,
        "image_bytes" => s.Gltf?.ImageBytes,
        "images" => s.Gltf?.Images,
        "joints" => s.Gltf?.Joints,
        "lights" => s.Gltf?.Lights,
        "max_node_depth" => s.Gltf?.MaxNodeDepth,
        "mesh_instances" => s.Gltf?.MeshInstances,
        "meshes" => s.Gltf?.Meshes,
        "morph_targets" => s.Gltf?.MorphTargets,
        "nodes" => s.Gltf?.Nodes,
        "primitive_modes" => s.Gltf?.PrimitiveModes,
        "skins" => s.Gltf?.Skins,
        "sparse_accessors" => s.Gltf?.SparseAccessors,
        "texels" => s.Gltf?.Texels,
        "textures" => s.Gltf?.Textures,
        "transparent_materials" => s.Gltf?.TransparentMaterials,
        _ => "not counted",
    };

    private static string Text(JsonElement value) => JsonSerializer.Serialize(value);
}
