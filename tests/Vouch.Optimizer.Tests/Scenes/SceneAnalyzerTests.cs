using Vouch.Core.Exceptions;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

public sealed class SceneAnalyzerTests : IDisposable
{
    private readonly SceneFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Analyze_NoSuchFile_ThrowsWithThePath()
    {
        string path = Path.Combine(_folder.Root, "none.obj");

        new SceneAnalyzer().Invoking(analyzer => analyzer.Analyze(path)).Should().Throw<SceneAnalysisException>().Which.ScenePath.Should().Be(path);
        new SceneAnalyzer().Invoking(analyzer => analyzer.Analyze(_folder.Root)).Should().Throw<SceneAnalysisException>().WithMessage("*folder*");
        new SceneAnalyzer().Invoking(analyzer => analyzer.Analyze("a\0b")).Should().Throw<SceneAnalysisException>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Analyze_BlankPath_IsMisuse(string path) =>
        new SceneAnalyzer().Invoking(analyzer => analyzer.Analyze(path)).Should().Throw<ArgumentException>();

    [Theory]
    [InlineData("a.obj")]
    [InlineData("a.gltf")]
    [InlineData("a.3ds")]
    public void Analyze_EmptyFile_IsAProblem(string name) =>
        _folder.Analyze(name, "").Problems.Should().ContainSingle().Which.Kind.Should().Be(SceneProblemKind.Empty);

    [Fact]
    public void Analyze_EndlessDevice_IsNeverOpened()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no such device here.");
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "endless.png"), "/dev/zero");

        new SceneAnalyzer().Analyze("/dev/zero").Problems.Should().ContainSingle().Which.Kind.Should().Be(SceneProblemKind.Empty);
        _folder.Analyze("a.gltf", GltfAnalysisTests.Minimal("\"images\":[{\"uri\":\"endless.png\"}]")).Statistics!.Gltf!.ImageBytes.Should().Be(0);
    }

    [Theory]
    [InlineData("a.dae", "<?xml version=\"1.0\"?>")]
    [InlineData("a.json", "{\"name\": 1}")]
    [InlineData("noextension", "hello")]
    public void Analyze_OtherFormat_IsAProblem(string name, string text)
    {
        SceneAnalysis analysis = _folder.Analyze(name, text);

        analysis.Format.Should().Be(SceneFormat.Unknown);
        analysis.Problems.Should().ContainSingle().Which.Kind.Should().Be(SceneProblemKind.UnsupportedFormat);
    }

    [Fact]
    public async Task AnalyzeAsync_Cancelled_Throws()
    {
        string path = _folder.Write("a.obj", "v 0 0 0\n");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await new SceneAnalyzer().Awaiting(analyzer => analyzer.AnalyzeAsync(path, cancelled.Token)).Should().ThrowAsync<OperationCanceledException>();
        (await new SceneAnalyzer().AnalyzeAsync(path)).Format.Should().Be(SceneFormat.Obj);
    }

    [Fact]
    public void Analyze_FromManyThreads_GivesEqualResults()
    {
        string path = _folder.Write("a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
        var analyzer = new SceneAnalyzer();

        SceneStatistics[] results = [.. Enumerable.Range(0, 64).AsParallel().Select(_ => analyzer.Analyze(path).RequireUsable())];

        results.Should().AllBeEquivalentTo(results[0]);
        results[0].UniqueTriangles.Should().Be(1);
    }
}
