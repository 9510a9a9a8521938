using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

public sealed class ObjAnalysisTests : IDisposable
{
    private readonly SceneFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Counted by hand: 5 vertices, 2 normals, 1 texture coordinate; faces of 3, 4, 3 (continued) and 5 corners: 1 + 2 + 1 + 3 = 7 triangles.</summary>
    private const string Hand = """
        # a comment, f 1 2 3
        mtllib some.mtl other.mtl
        o first
        v 0 0 0
        v 1 0 0
          v 0 1 0
        v	1 1 0
        v 2 2 0 # last
        vn 0 0 1
        vn 0 1 0
        vt 0.5 0.5
        g one two
        usemtl red
        f 1 2 3
        f 1/1 2/1 3/1 4/1   # quad
        usemtl blue
        f 1//1 \
          2//2 3//1
        usemtl red
        g
        s off
        f -1 -2 -3 -4 -5
        l 1 2
        """;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Analyze_HandCountedObj_CountsEveryFigure(string lineEnd)
    {
        string text = Hand.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", lineEnd, StringComparison.Ordinal);
        _folder.Write("some.mtl", "newmtl red\nmap_Kd -s 1 1 1 there.png\nnewmtl green\n");
        _folder.Write("there.png", SceneFolder.PngHeader(1, 1));

        SceneAnalysis analysis = _folder.Analyze("a.obj", text);

        SceneStatistics statistics = analysis.RequireUsable();
        statistics.Should().BeEquivalentTo(new SceneStatistics
        {
            Format = SceneFormat.Obj,
            FileBytes = text.Length,
            UniqueTriangles = 7,
            SceneTriangles = 7,
            Vertices = 5,
            Materials = 2,
            MissingResources = ["other.mtl"],
            Obj = new ObjStatistics { Lines = 23, Faces = 4, MaxFaceVertices = 5, Normals = 2, TextureCoordinates = 1, Objects = 1, Groups = 2, DefinedMaterials = 2 },
        });
        analysis.Problems.Should().ContainSingle().Which.Should().Match<SceneProblem>(p => p.Kind == SceneProblemKind.MissingResource && p.Location == "line 2" && p.Severity == SceneProblemSeverity.Warning);
    }

    [Fact]
    public void Analyze_MoreMaterialNamesThanAllowed_SaysSoOnceAndStopsCounting()
    {
        SceneAnalysis analysis = _folder.Analyze("many.obj", string.Concat(Enumerable.Range(0, 50).Select(i => $"usemtl m{i}\n")) + "v 0 0 0\n", new SceneAnalysisOptions { MaxMaterialNames = 20 });

        analysis.Problems.Should().ContainSingle(problem => problem.Kind == SceneProblemKind.LimitExceeded).Which.Message.Should().Contain("MaxMaterialNames");
        analysis.Statistics!.Materials.Should().Be(20);
    }

    [Fact]
    public void Analyze_MissingTexture_IsAWarningWithItsLine()
    {
        _folder.Write("my materials.mtl", "newmtl a\n\nmap_Kd .\\gone.png\n");

        SceneAnalysis analysis = _folder.Analyze("a.obj", "mtllib my materials.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3");

        analysis.IsUsable.Should().BeTrue();
        analysis.Statistics!.MissingResources.Should().BeEmpty("the scene file itself does not name it");
        analysis.Problems.Should().ContainSingle().Which.Location.Should().Be("'my materials.mtl' line 3");
    }

    [Theory]
    [InlineData("v 0 0 0\nf\n", SceneProblemKind.Schema, "line 2")]
    [InlineData("v 0 0 0\nf 1 1\n", SceneProblemKind.Schema, "line 2")]
    [InlineData("v 0 0 0\nf 1 x 1\n", SceneProblemKind.Schema, "line 2")]
    [InlineData("v 0 0 0\nf 0 1 1\n", SceneProblemKind.Schema, "line 2")]
    [InlineData("v 0 0 0\nf 1 1 -2\n", SceneProblemKind.Schema, "line 2")]
    [InlineData("v 0 0 0\nf 1 1 2\n", SceneProblemKind.DanglingReference, "line 2")]
    [InlineData("v 0 0 0\nf 1 1 99999999999999999999\n", SceneProblemKind.Schema, "line 2")]
    [InlineData("v 0 0 0\nf 1 1 \\", SceneProblemKind.Schema, "line 2")]
    [InlineData("# nothing\n", SceneProblemKind.Schema, "line 1")]
    [InlineData("mtllib ../up.mtl\nv 0 0 0\n", SceneProblemKind.ForbiddenResource, "line 1")]
    public void Analyze_BrokenObj_SaysWhere(string text, SceneProblemKind kind, string location)
    {
        SceneAnalysis analysis = _folder.Analyze("a.obj", text);

        analysis.IsUsable.Should().BeFalse();
        analysis.Problems.Should().Contain(problem => problem.Kind == kind && problem.Location == location);
    }

    [Fact]
    public void Analyze_EndlessLine_StopsAtTheLimit()
    {
        SceneAnalysis analysis = _folder.Analyze("a.obj", "v 0 0 0\nf " + new string('1', 3_000_000), new SceneAnalysisOptions { MaxLineBytes = 1 << 20 });

        analysis.Problems.Should().Contain(problem => problem.Kind == SceneProblemKind.LimitExceeded && problem.Location == "line 2");
    }

    [Fact]
    public void Analyze_LongFile_CrossesBufferEdgesCorrectly()
    {
        // 40,000 faces over some 700 KB: lines meet the edges of the 128 KiB buffer at many places.
        string text = "v 0 0 0\nv 1 0 0\nv 0 1 0\n" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"f 1/{i} 2/{i * 7} 3\n"));

        SceneStatistics statistics = _folder.Analyze("a.obj", text).RequireUsable();

        statistics.UniqueTriangles.Should().Be(40_000);
        statistics.Obj!.Lines.Should().Be(40_003);
    }
}
