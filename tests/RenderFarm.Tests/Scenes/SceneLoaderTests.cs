using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using RenderFarm.Scenes;
using RenderFarm.Tracing;
using Vouch.Core.Exceptions;

namespace RenderFarm.Tests.Scenes;

public sealed class SceneLoaderTests : IDisposable
{
    private const string Square = "v -1 -1 0\nv 1 -1 0\nv 1 1 0\nv -1 1 0\nf 1 2 3 4\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("scene-test").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_BuiltInNames_GivesTheScenes()
    {
        foreach (string name in SceneLoader.BuiltIn)
        {
            SceneLoader.Load(name).Scene.Name.Should().Be(name);
        }

        SceneLoader.Load("cornell").Scene.Triangles.Length.Should().Be(32);
    }

    [Fact]
    public void Load_ObjWithMaterials_HasShapesColoursAndLight()
    {
        Write("m.mtl", "newmtl red paint\nKd 0.8 0.1 0.1\nnewmtl lamp\nKd 0 0 0\nKe 5 5 5\nnewmtl glass\nillum 4\nNi 1.33\nnewmtl chrome\nillum 3\nKs 0.9 0.9 0.9\nmap_Kd x.png\n");
        string file = Write("s.obj", "mtllib m.mtl\n# a comment\n" + Square + "usemtl red paint\nf 1/1 2/2/2 3//3\nusemtl lamp\nf -4 -3 -2\nusemtl glass\nf 1 2 \\\n 3\nusemtl chrome\nf 1 2 4\n");

        LoadedScene loaded = SceneLoader.Load(file);

        loaded.Scene.Triangles.Length.Should().Be(6, "a scene with a light of its own gets no floor");
        Material[] used = [.. loaded.Scene.Triangles.ToArray().Select(triangle => loaded.Scene.Materials.ToArray()[triangle.Material])];
        used[2].Colour.Should().Be(new Vector3(0.8f, 0.1f, 0.1f));
        used[3].Emission.Should().Be(new Vector3(5));
        used[4].Should().Match<Material>(material => material.Kind == MaterialKind.Glass && material.RefractiveIndex == 1.33f);
        used[5].Kind.Should().Be(MaterialKind.Mirror);
        loaded.Scene.Background.Should().Be(Vector3.Zero, "the scene has a lamp of its own");
        loaded.Notes.Should().ContainMatch("*Textures*").And.ContainMatch("*camera*");
    }

    [Fact]
    public void Load_ObjWithoutLight_IsLitAndInView()
    {
        RenderScene scene = SceneLoader.Load(Write("s.obj", Square)).Scene;

        float[] picture = Renderer.Render(scene, scene.Camera, 32, 32, new Rect(0, 0, 32, 32), 16, 3, 1, CancellationToken.None).Rgb;

        scene.Lights.Count.Should().Be(2);
        picture[3 * ((16 * 32) + 16)].Should().BeGreaterThan(0.05f, "the square is lit");
        scene.Background.Should().NotBe(Vector3.Zero);
        scene.Bvh.Intersect(scene.Camera.Position, scene.Camera.Forward, float.PositiveInfinity, out int shape, new TraversalStack());
        shape.Should().BeInRange(0, 1, "the camera looks at the square");
    }

    [Fact]
    public void Load_Gltf_AppliesNodesMaterialsAndCamera()
    {
        string file = Write("s.gltf", Gltf(
            nodes: """[{"translation":[10,0,0],"children":[1]},{"scale":[2,2,2],"rotation":[0,0,0.70710678,0.70710678],"mesh":0},{"camera":0,"translation":[0,0,9]}]""",
            roots: "[0,2]",
            extra: ",\"cameras\":[{\"type\":\"perspective\",\"perspective\":{\"yfov\":0.9}}]"));

        LoadedScene loaded = SceneLoader.Load(file);

        // (1, 0, 0) turned by a quarter about z, doubled, moved: (10, 2, 0).
        Triangle triangle = loaded.Scene.Triangles[0];
        Vector3.Distance(triangle.A, new Vector3(10, 0, 0)).Should().BeLessThan(1e-5f);
        Vector3.Distance(triangle.B, new Vector3(10, 2, 0)).Should().BeLessThan(1e-5f);
        Vector3.Distance(triangle.C, new Vector3(8, 0, 0)).Should().BeLessThan(1e-5f);
        Material material = loaded.Scene.Materials[triangle.Material];
        material.Emission.Should().Be(new Vector3(3, 6, 9));
        loaded.Scene.Camera.Position.Should().Be(new Vector3(0, 0, 9));
        loaded.Scene.Camera.Forward.Should().Be(-Vector3.UnitZ);
    }

    [Fact]
    public void Load_Glb_ReadsTheBinaryChunk()
    {
        byte[] json = Encoding.UTF8.GetBytes(Gltf(buffer: "{\"byteLength\":42}"));
        byte[] padded = [.. json, .. Enumerable.Repeat((byte)' ', (4 - (json.Length % 4)) % 4)];
        byte[] binary = [.. Points(), 0, 0];
        string file = Path.Combine(_folder, "s.glb");
        File.WriteAllBytes(file, [.. Word(0x46546C67), .. Word(2), .. Word((uint)(12 + 8 + padded.Length + 8 + binary.Length)), .. Word((uint)padded.Length), .. Word(0x4E4F534A), .. padded, .. Word((uint)binary.Length), .. Word(0x004E4942), .. binary]);

        SceneLoader.Load(file).Scene.Triangles.Length.Should().Be(1);
    }

    [Fact]
    public void Load_MissingFile_SaysSo()
    {
        Action load = () => SceneLoader.Load(Path.Combine(_folder, "none.obj"));

        load.Should().Throw<SceneAnalysisException>().WithMessage("*not there*").Which.ScenePath.Should().EndWith("none.obj");
    }

    [Theory]
    [InlineData("")]
    [InlineData("v 1 2\nf 1 1 1\n")]
    [InlineData("v 1 2 NaN\nf 1 1 1\n")]
    [InlineData("v 1 2 1e99\nf 1 1 1\n")]
    [InlineData("v 0 0 0\nf 1 1 1\n")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 -4\n")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 99999999999\n")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2\n")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf a b c\n")]
    [InlineData("v 0 0 0\nv 3e38 0 0\nv 0 3e38 0\nf 1 2 3\n")]
    [InlineData("mtllib ../../../etc/passwd\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")]
    public void Load_MalformedObj_FailsWithATypedError(string text)
    {
        Action load = () => SceneLoader.Load(Write("bad.obj", text));

        load.Should().Throw<SceneAnalysisException>().Which.Message.Should().Contain("bad.obj");
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"scenes\":5}")]
    [InlineData("{\"scenes\":[{\"nodes\":[0]}]}")]
    [InlineData("{\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"children\":[0]}]}")]
    [InlineData("{\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"mesh\":0}],\"meshes\":[{\"primitives\":[7]}]}")]
    [InlineData("{\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"matrix\":[1]}]}")]
    [InlineData("{\"extensionsRequired\":[\"KHR_draco_mesh_compression\"]}")]
    public void Load_MalformedGltf_FailsWithATypedError(string text)
    {
        Action load = () => SceneLoader.Load(Write("bad.gltf", text));

        load.Should().Throw<SceneAnalysisException>().Which.Message.Should().Contain("bad.gltf");
    }

    [Theory]
    [InlineData("\"count\":3", "\"count\":2000000000")]
    [InlineData("\"count\":3", "\"count\":-1")]
    [InlineData("\"count\":3", "\"count\":1e400")]
    [InlineData("\"componentType\":5123", "\"componentType\":5126")]
    [InlineData("\"bufferView\":0", "\"bufferView\":9")]
    [InlineData("\"byteLength\":36", "\"byteLength\":3600")]
    [InlineData("\"byteOffset\":36", "\"byteOffset\":2147483647")]
    [InlineData("\"type\":\"VEC3\"", "\"type\":\"VEC4\"")]
    [InlineData("base64,", "base64,!!!")]
    [InlineData("\"emissiveFactor\":[1,2,3]", "\"emissiveFactor\":[1,2]")]
    [InlineData("\"emissiveFactor\":[1,2,3]", "\"emissiveFactor\":\"bright\"")]
    [InlineData("\"material\":0", "\"material\":\"x\"")]
    public void Load_GltfWithABrokenPart_FailsWithATypedErrorThatSaysWhere(string part, string broken)
    {
        string text = Gltf();
        text.Should().Contain(part);

        Action load = () => SceneLoader.Load(Write("bad.gltf", text.Replace(part, broken)));

        load.Should().Throw<SceneAnalysisException>().Which.Location.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public void Load_TruncatedOrFlippedFiles_NeverFailInAnotherWay()
    {
        byte[] file = Encoding.UTF8.GetBytes(Gltf());
        var random = new Random(3);
        for (int round = 0; round < 400; round++)
        {
            byte[] broken = [.. file[..(round % 2 == 0 ? random.Next(file.Length) : file.Length)]];
            for (int flip = 0; flip < round % 5 && broken.Length > 0; flip++)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            string path = Path.Combine(_folder, "fuzz.gltf");
            File.WriteAllBytes(path, broken);
            try
            {
                SceneLoader.Load(path).Scene.Triangles.Length.Should().BePositive();
            }
            catch (SceneAnalysisException)
            {
                // The one way in which a file may be refused.
            }
        }
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Gltf(string nodes = "[{\"mesh\":0}]", string roots = "[0]", string? buffer = null, string extra = "")
    {
        buffer ??= $"{{\"byteLength\":42,\"uri\":\"data:application/octet-stream;base64,{Convert.ToBase64String(Points())}\"}}";
        return $$$"""
            {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":{{{roots}}}}],"nodes":{{{nodes}}},
            "meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1,"material":0}]}],
            "materials":[{"pbrMetallicRoughness":{"baseColorFactor":[0.5,0.4,0.3,1]},"emissiveFactor":[1,2,3],"extensions":{"KHR_materials_emissive_strength":{"emissiveStrength":3} } }],
            "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"},{"bufferView":1,"componentType":5123,"count":3,"type":"SCALAR"}],
            "bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":6}],
            "buffers":[{{{buffer}}}]{{{extra}}}}
            """;
    }

    /// <summary>Three points, (0,0,0), (1,0,0), (0,1,0), and the indices 0, 1, 2.</summary>
    private static byte[] Points()
    {
        byte[] bytes = new byte[42];
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(12), 1);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(28), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(38), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(40), 2);
        return bytes;
    }

    private static byte[] Word(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
