using Vouch.Core.Exceptions;
using Vouch.Optimizer.Scenes;
using static Vouch.Optimizer.Tests.Scenes.GltfAnalysisTests;

namespace Vouch.Optimizer.Tests.Scenes;

public sealed class HostileGltfTests : IDisposable
{
    private readonly SceneFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"mesh\":0,\"children\":[0]}]", "$.nodes[0].children[0]", 2, 1)]
    [InlineData("\"scenes\":[{\"nodes\":[0]}],\"nodes\":[{\"mesh\":0,\"children\":[1]},{\"mesh\":0,\"children\":[0]}]", "$.nodes[1].children[0]", 4, 2)]
    [InlineData("\"scenes\":[{\"nodes\":[0,1]}],\"nodes\":[{\"children\":[2]},{\"children\":[2]},{\"mesh\":0}]", "$.nodes[1].children[0]", 2, 2)]
    public void Analyze_CycleOrSharedChild_ReportsItAndCountsEachNodeOnce(string nodes, string location, long triangles, int depth)
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", Minimal(nodes));

        analysis.IsUsable.Should().BeFalse();
        analysis.Problems.Should().ContainSingle(problem => problem.Kind == SceneProblemKind.Cycle).Which.Location.Should().Be(location);
        analysis.Statistics!.SceneTriangles.Should().Be(triangles);
        analysis.Statistics.Gltf!.MaxNodeDepth.Should().Be(depth);
    }

    [Fact]
    public void Analyze_ChainOf100000Nodes_EndsAtTheLimitWithoutRecursion()
    {
        string nodes = string.Join(',', Enumerable.Range(1, 100_000).Select(i => i < 100_000 ? $"{{\"children\":[{i}]}}" : "{}"));

        SceneAnalysis limited = _folder.Analyze("a.gltf", Minimal($"\"scenes\":[{{\"nodes\":[0]}}],\"nodes\":[{nodes}]"));
        SceneAnalysis free = _folder.Analyze("b.gltf", Minimal($"\"scenes\":[{{\"nodes\":[0]}}],\"nodes\":[{nodes}]"), new SceneAnalysisOptions { MaxNodeDepth = 100_000 });

        limited.Problems.Should().ContainSingle().Which.Kind.Should().Be(SceneProblemKind.LimitExceeded);
        limited.Statistics!.Gltf!.MaxNodeDepth.Should().Be(4096);
        free.Problems.Should().BeEmpty();
        free.Statistics!.Gltf!.MaxNodeDepth.Should().Be(100_000);
    }

    [Fact]
    public void Analyze_InstancesTimesTrianglesBeyondInt64_SaturatesAndReports()
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", """
            {"asset":{"version":"2.0"},"nodes":[{"mesh":0,"extensions":{"EXT_mesh_gpu_instancing":{"attributes":{"SCALE":0}}}}],
             "meshes":[{"primitives":[{"attributes":{"POSITION":0}},{"attributes":{"POSITION":0}}]}],"accessors":[{"count":9223372036854775807,"componentType":5126,"type":"VEC3"}]}
            """);

        analysis.Statistics!.SceneTriangles.Should().Be(long.MaxValue);
        analysis.Statistics.Vertices.Should().Be(long.MaxValue);
        analysis.Problems.Should().Contain(problem => problem.Kind == SceneProblemKind.LimitExceeded);
    }

    [Fact]
    public void Analyze_CountThatItsBufferCannotHold_IsNotBelieved()
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", """
            {"asset":{"version":"2.0"},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
             "accessors":[{"bufferView":0,"count":1000000000000,"componentType":5126,"type":"VEC3"}],
             "bufferViews":[{"buffer":0,"byteLength":36}],"buffers":[{"byteLength":36,"uri":"data:application/octet-stream;base64,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}
            """);

        analysis.IsUsable.Should().BeFalse();
        analysis.Problems.Should().ContainSingle().Which.Should().Match<SceneProblem>(problem => problem.Kind == SceneProblemKind.Truncated && problem.Location == "$.accessors[0].count");
    }

    [Fact]
    public void Analyze_DeeplyNestedJson_IsASyntaxProblem()
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", "{\"asset\":{\"version\":\"2.0\"},\"extras\":" + new string('[', 1_000_000));

        analysis.Statistics.Should().BeNull();
        analysis.Problems.Should().ContainSingle().Which.Kind.Should().Be(SceneProblemKind.Syntax);
    }

    [Theory]
    [InlineData("../secret.png")]
    [InlineData("sub/../../secret.png")]
    [InlineData("%2e%2e/secret.png")]
    [InlineData("..%2Fsecret.png")]
    [InlineData("..\\\\secret.png")]
    [InlineData("/etc/hostname")]
    [InlineData("file:///etc/hostname")]
    [InlineData("http://127.0.0.1:9/x.png")]
    [InlineData("//server/share/x.png")]
    [InlineData("C:/x.png")]
    [InlineData("a\\u0000b.png")]
    [InlineData("")]
    public void Analyze_UriOutOfTheFolder_IsNeverOpened(string uri)
    {
        // A real image lies where the traversal leads: had it been opened, its texels would be counted.
        string inner = Directory.CreateDirectory(Path.Combine(_folder.Root, "scene")).FullName;
        _folder.Write("secret.png", SceneFolder.PngHeader(1000, 1000));
        string path = Path.Combine(inner, "a.gltf");
        File.WriteAllText(path, Minimal($"\"images\":[{{\"uri\":\"{uri}\"}}]"));

        SceneAnalysis analysis = new SceneAnalyzer().Analyze(path);

        analysis.Problems.Should().ContainSingle().Which.Kind.Should().Be(SceneProblemKind.ForbiddenResource);
        analysis.Statistics!.Gltf!.Texels.Should().Be(0);
        analysis.Statistics.Gltf.ImageBytes.Should().Be(0);
    }

    [Fact]
    public void Analyze_LinkOutOfTheFolder_IsNeverOpened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        string inner = Directory.CreateDirectory(Path.Combine(_folder.Root, "scene")).FullName;
        string secret = _folder.Write("secret.png", SceneFolder.PngHeader(1000, 1000));
        File.CreateSymbolicLink(Path.Combine(inner, "file.png"), secret);
        Directory.CreateSymbolicLink(Path.Combine(inner, "up"), _folder.Root);
        File.WriteAllBytes(Path.Combine(inner, "own.png"), SceneFolder.PngHeader(3, 5));
        File.CreateSymbolicLink(Path.Combine(inner, "inside.png"), Path.Combine(inner, "own.png"));
        string path = Path.Combine(inner, "a.gltf");
        File.WriteAllText(path, Minimal("\"images\":[{\"uri\":\"file.png\"},{\"uri\":\"up/secret.png\"},{\"uri\":\"inside.png\"}]"));

        SceneAnalysis analysis = new SceneAnalyzer().Analyze(path);

        analysis.Problems.Select(problem => (problem.Kind, problem.Location)).Should().Equal(
            (SceneProblemKind.ForbiddenResource, "$.images[0].uri"), (SceneProblemKind.ForbiddenResource, "$.images[1].uri"));
        analysis.Statistics!.Gltf!.Texels.Should().Be(15);
    }

    [Theory]
    [InlineData("\"scene\":\"hello\"", "$.scene (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"nodes\":{}", "$.nodes (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"nodes\":[{\"mesh\":-1}]", "$.nodes[0].mesh (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"nodes\":[{\"mesh\":1.5}]", "$.nodes[0].mesh (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"nodes\":[7]", "$.nodes[0] (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"nodes\":[{\"children\":[null]}]", "$.nodes[0].children[0] (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"buffers\":[{\"uri\":5}]", "$.buffers[0].uri (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"materials\":[{\"doubleSided\":\"yes\"}]", "$.materials[0] (line 1)", SceneProblemKind.Schema)]
    [InlineData("\"scenes\":[{\"nodes\":[3]}]", "$.scenes[].nodes[0]", SceneProblemKind.DanglingReference)]
    [InlineData("\"scene\":9", "$.scene", SceneProblemKind.DanglingReference)]
    [InlineData("\"nodes\":[{\"mesh\":99999999999}]", "$.nodes[0].mesh", SceneProblemKind.DanglingReference)]
    [InlineData("\"meshes\":[]", "$ (line 1)", SceneProblemKind.Schema)]
    public void Analyze_WrongTypeOrReference_SaysWhere(string member, string location, SceneProblemKind kind)
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", Minimal(member));

        analysis.IsUsable.Should().BeFalse();
        analysis.Problems.Should().Contain(problem => problem.Location == location && problem.Kind == kind);
        analysis.Invoking(a => a.RequireUsable()).Should().Throw<SceneAnalysisException>().Which.ScenePath.Should().Be(analysis.Path);
    }

    [Theory]
    [InlineData("{\"meshes\":[]}", SceneProblemKind.Schema)]
    [InlineData("{\"asset\":{\"version\":\"1.0\"}}", SceneProblemKind.UnsupportedFormat)]
    [InlineData("[]", SceneProblemKind.Schema)]
    [InlineData("   ", SceneProblemKind.Syntax)]
    [InlineData("{\"asset\":{\"version\":\"2.0\"}} {}", SceneProblemKind.Syntax)]
    [InlineData("{\"asset\":{\"version\":\"\\ud800\"}}", SceneProblemKind.Syntax)]
    public void Analyze_NotAGltf2Document_SaysWhy(string text, SceneProblemKind kind)
    {
        SceneAnalysis analysis = _folder.Analyze("a.gltf", text);

        analysis.IsUsable.Should().BeFalse();
        analysis.Problems.Should().Contain(problem => problem.Kind == kind);
    }

    [Fact]
    public void Analyze_BeyondItsLimits_StopsAndSaysWhichLimit()
    {
        string scene = Minimal("\"images\":[{\"uri\":\"1.png\"},{\"uri\":\"2.png\"},{\"uri\":\"3.png\"}],\"nodes\":[{},{},{},{}]");

        _folder.Analyze("a.gltf", scene, new SceneAnalysisOptions { MaxElements = 5 }).Problems.Should().ContainSingle().Which.Message.Should().Contain("MaxElements");
        _folder.Analyze("a.gltf", scene, new SceneAnalysisOptions { MaxFileBytes = 100 }).Problems.Should().ContainSingle().Which.Message.Should().Contain("MaxFileBytes");
        _folder.Analyze("a.gltf", scene, new SceneAnalysisOptions { MaxJsonBytes = 100 }).Problems.Should().ContainSingle().Which.Message.Should().Contain("MaxJsonBytes");
        _folder.Analyze("a.gltf", scene, new SceneAnalysisOptions { MaxResources = 1 }).Problems.Should().Contain(problem => problem.Message.Contains("more than 1 resources"));
        SceneAnalysis few = _folder.Analyze("a.gltf", scene, new SceneAnalysisOptions { MaxProblems = 1 });
        few.Problems.Should().HaveCount(1);
        few.UnlistedProblems.Should().Be(2);
    }

    [Fact]
    public void Analyze_MillionProblems_StaysLinearInTimeAndMemory()
    {
        string scene = Minimal("\"nodes\":[" + string.Join(',', Enumerable.Repeat("{\"mesh\":-1}", 200_000)) + "]");
        string path = _folder.Write("a.gltf", scene);
        var analyzer = new SceneAnalyzer();
        analyzer.Analyze(path);
        long before = GC.GetAllocatedBytesForCurrentThread();

        SceneAnalysis analysis = analyzer.Analyze(path);

        analysis.Problems.Should().HaveCount(100);
        analysis.UnlistedProblems.Should().Be(199_900);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(200L * scene.Length);
    }

    [Fact]
    public void Analyze_GlbHeadersThatLie_AllocateNothing()
    {
        byte[] glb = SceneFolder.Glb(Minimal("\"nodes\":[]"), []);
        glb[12] = glb[13] = glb[14] = 0xFF;
        glb[15] = 0xFF;     // a JSON chunk of 4 GiB
        string path = _folder.Write("a.glb", glb);
        var analyzer = new SceneAnalyzer();
        analyzer.Analyze(path);
        long before = GC.GetAllocatedBytesForCurrentThread();

        SceneAnalysis analysis = analyzer.Analyze(path);

        analysis.Problems.Should().ContainSingle().Which.Kind.Should().Be(SceneProblemKind.Truncated);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(20_000);
    }

    [Fact]
    public void Analyze_GlbOfVersion1OrWithoutJson_SaysSo()
    {
        byte[] old = SceneFolder.Glb("{}", []);
        old[4] = 1;
        byte[] other = SceneFolder.Glb("{}", []);
        other[16] = (byte)'X';

        _folder.Analyze("old.glb", old).Problems.Should().ContainSingle().Which.Location.Should().Be("byte 4");
        _folder.Analyze("other.glb", other).Problems.Should().ContainSingle().Which.Location.Should().Be("byte 16");
    }
}
