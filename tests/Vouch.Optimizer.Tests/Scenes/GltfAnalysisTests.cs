using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

public sealed class GltfAnalysisTests : IDisposable
{
    private readonly SceneFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Written and counted by hand. Mesh 0: 6 indices as triangles = 2, and a strip of 5 positions = 3, together 5 triangles and 4 + 5 vertices.
    /// Mesh 1: a fan of 6 positions = 4 triangles, and 5 points = 0 triangles; 6 + 5 vertices. Scene 1: node 0 (mesh 0) with children 1 (mesh 1) and 2 (mesh 0, instanced
    /// 3 times), node 2 with child 3 (no mesh). Triangles shown: 5 + 4 + 3 * 5 = 24; instances 1 + 1 + 3 = 5; depth 3. Node 4 is in scene 0 only.
    /// </summary>
    private const string Everything = """
        {
          "scene": 1,
          "scenes": [ { "nodes": [4] }, { "name": "shown", "nodes": [0] } ],
          "nodes": [
            { "mesh": 0, "children": [1, 2] },
            { "mesh": 1 },
            { "mesh": 0, "children": [3], "extensions": { "EXT_mesh_gpu_instancing": { "attributes": { "TRANSLATION": 4 } } } },
            { "camera": 0 },
            { "mesh": 1 }
          ],
          "meshes": [
            { "primitives": [
                { "attributes": { "POSITION": 0, "NORMAL": 0 }, "indices": 1, "material": 0, "targets": [ { "POSITION": 0 }, { "POSITION": 0 } ] },
                { "attributes": { "POSITION": 2 }, "mode": 5 } ] },
            { "primitives": [ { "attributes": { "POSITION": 3 }, "mode": 6 }, { "attributes": { "POSITION": 2 }, "mode": 0 } ] }
          ],
          "accessors": [
            { "bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3" },
            { "bufferView": 0, "byteOffset": 48, "componentType": 5123, "count": 6, "type": "SCALAR" },
            { "componentType": 5126, "count": 5, "type": "VEC3", "sparse": { "count": 1 } },
            { "componentType": 5126, "count": 6.0, "type": "VEC3" },
            { "bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3" }
          ],
          "bufferViews": [ { "buffer": 0, "byteLength": 60 } ],
          "buffers": [ { "uri": "geo%20metry.bin", "byteLength": 64 } ],
          "images": [ { "uri": "a.png" }, { "uri": "data:image\/png;base64,@PNG@" } ],
          "textures": [ { "source": 0 }, { "source": 1 }, { "source": 0 } ],
          "materials": [ { "alphaMode": "BLEND" }, { "doubleSided": true, "alphaMode": "MASK" }, {} ],
          "skins": [ { "joints": [0, 1, 2] }, { "joints": [3] } ],
          "animations": [ { "channels": [ {}, {} ], "samplers": [] }, { "channels": [ {} ] } ],
          "cameras": [ { "type": "perspective" } ],
          "extensionsUsed": [ "KHR_lights_punctual", "EXT_mesh_gpu_instancing" ],
          "extensions": { "KHR_lights_punctual": { "lights": [ {}, {} ] }, "VENDOR_thing": [ 1, { "deep": [ [] ] } ] },
          "asset": { "version": "2.0" }
        }
        """;

    private static string EverythingText => Everything.Replace("@PNG@", Convert.ToBase64String(SceneFolder.PngHeader(300, 70)), StringComparison.Ordinal);

    [Fact]
    public void Analyze_HandCountedGltf_CountsEveryFigure()
    {
        _folder.Write("geo metry.bin", new byte[64]);
        _folder.Write("a.png", SceneFolder.PngHeader(16, 8));

        SceneAnalysis analysis = _folder.Analyze("all.gltf", EverythingText);

        analysis.Problems.Should().BeEmpty();
        analysis.IsUsable.Should().BeTrue();
        SceneStatistics statistics = analysis.RequireUsable();
        statistics.Should().BeEquivalentTo(new SceneStatistics
        {
            Format = SceneFormat.Gltf,
            FileBytes = EverythingText.Length,
            JsonBytes = EverythingText.Length,
            UniqueTriangles = 5 + 4,
            SceneTriangles = 24,
            Vertices = 4 + 5 + 6 + 5,
            Materials = 3,
            Gltf = new GltfStatistics
            {
                Meshes = 2,
                MeshInstances = 5,
                Primitives = 4,
                PrimitiveModes = new Dictionary<int, long> { [4] = 1, [5] = 1, [6] = 1, [0] = 1 },
                MorphTargets = 2,
                TransparentMaterials = 1,
                DoubleSidedMaterials = 1,
                Textures = 3,
                Images = 2,
                ImageBytes = 29 + 29,
                Texels = (16 * 8) + (300 * 70),
                BufferBytes = 64,
                EmbeddedDataUris = 1,
                Accessors = 5,
                SparseAccessors = 1,
                Nodes = 5,
                MaxNodeDepth = 3,
                Skins = 2,
                Joints = 4,
                Animations = 2,
                AnimationChannels = 3,
                Cameras = 1,
                Lights = 2,
                ExtensionsUsed = ["KHR_lights_punctual", "EXT_mesh_gpu_instancing"],
            },
        });
    }

    [Fact]
    public void Analyze_MissingBufferAndImage_SaysSoAndStillCounts()
    {
        SceneAnalysis analysis = _folder.Analyze("all.gltf", EverythingText);

        analysis.IsUsable.Should().BeFalse("without its buffer the scene cannot be rendered");
        analysis.Statistics!.SceneTriangles.Should().Be(24);
        analysis.Statistics.MissingResources.Should().Equal("geo%20metry.bin", "a.png");
        analysis.Problems.Select(problem => (problem.Kind, problem.Severity, problem.Location)).Should().Equal(
            (SceneProblemKind.MissingResource, SceneProblemSeverity.Error, "$.buffers[0].uri"),
            (SceneProblemKind.MissingResource, SceneProblemSeverity.Warning, "$.images[0].uri"));
    }

    [Fact]
    public void Analyze_HandMadeGlb_ReadsJsonChunkAndImageInBinaryChunk()
    {
        byte[] png = SceneFolder.PngHeader(640, 480);
        string json = $$$"""
            {"asset":{"version":"2.0"},"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
             "meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
             "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}],
             "bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":{{{png.Length}}}}],
             "images":[{"bufferView":1,"mimeType":"image/png"}],"buffers":[{"byteLength":{{{36 + png.Length}}}}]}
            """;
        byte[] glb = SceneFolder.Glb(json, [.. new byte[36], .. png]);

        SceneAnalysis analysis = _folder.Analyze("a.glb", glb);

        analysis.Problems.Should().BeEmpty();
        SceneStatistics statistics = analysis.RequireUsable();
        statistics.Format.Should().Be(SceneFormat.Glb);
        statistics.FileBytes.Should().Be(glb.Length);
        statistics.JsonBytes.Should().Be((json.Length + 3) / 4 * 4);
        statistics.SceneTriangles.Should().Be(1);
        statistics.Gltf!.Texels.Should().Be(640 * 480);
        statistics.Gltf.ImageBytes.Should().Be(png.Length);
    }

    [Fact]
    public void Analyze_NoDefaultScene_TakesTheFirst()
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", Minimal("\"scenes\":[{\"nodes\":[0]},{\"nodes\":[0,1]}],\"nodes\":[{\"mesh\":0},{\"mesh\":0}]"));

        analysis.RequireUsable().SceneTriangles.Should().Be(2);
    }

    [Fact]
    public void Analyze_NoScenes_ShowsNodesWithoutParents()
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", Minimal("\"nodes\":[{\"mesh\":0,\"children\":[1]},{\"mesh\":0},{\"mesh\":0}]"));

        analysis.RequireUsable().SceneTriangles.Should().Be(6);
        analysis.Statistics!.Gltf!.MaxNodeDepth.Should().Be(2);
    }

    [Fact]
    public void Analyze_JsonUnderAnotherName_IsRecognisedByItsKeys() =>
        _folder.Analyze("scene.json", Minimal("\"nodes\":[{\"mesh\":0}]")).Format.Should().Be(SceneFormat.Gltf);

    [Fact]
    public void Analyze_ByteOrderMark_IsPassedOver() =>
        _folder.Analyze("bom.gltf", [0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(Minimal("\"nodes\":[{\"mesh\":0}]"))]).IsUsable.Should().BeTrue();

    /// <summary>A document with one mesh of 6 corners, 2 triangles, whose accessor has no buffer.</summary>
    internal static string Minimal(string more) =>
        "{\"asset\":{\"version\":\"2.0\"},\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0}}]}],\"accessors\":[{\"count\":6,\"componentType\":5126,\"type\":\"VEC3\"}]," + more + "}";
}
