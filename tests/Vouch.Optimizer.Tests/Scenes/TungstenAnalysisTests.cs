using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

public sealed class TungstenAnalysisTests : IDisposable
{
    private const string Scene = """
        {"media":[{}],"bsdfs":[{"name":"a"},{"name":"b"}],
         "primitives":[{"type":"quad"},{"type":"mesh","file":"models/a.wo3"},{"type":"sphere"}],
         "camera":{"resolution":[1000,563],"fov":35},
         "integrator":{"type":"path_tracer","max_bounces":64,"min_bounces":0},
         "renderer":{"spp":32,"timeout":"0"}}
        """;

    private readonly SceneFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Analyze_HandCountedScene_CountsEveryFigure()
    {
        SceneAnalysis analysis = _folder.Analyze("scene.json", Scene);

        analysis.Format.Should().Be(SceneFormat.Tungsten);
        analysis.Statistics!.Materials.Should().Be(2);
        analysis.Statistics.MissingResources.Should().Equal("models/a.wo3");
        analysis.Statistics.Tungsten.Should().Be(new TungstenStatistics
        {
            Primitives = 3,
            Media = 1,
            Integrator = "path_tracer",
            MaxBounces = 64,
            SamplesPerPixel = 32,
            Width = 1000,
            Height = 563,
        });
    }

    [Theory]
    [InlineData("512", 512L, 512L, false)]
    [InlineData("[1,2,3]", 1L, 3L, true)]
    [InlineData("\"big\"", null, null, true)]
    public void Analyze_Resolution_TakesANumberOrAPair(string resolution, long? width, long? height, bool isWrong)
    {
        SceneAnalysis analysis = _folder.Analyze("scene.json", $"{{\"primitives\":[],\"bsdfs\":[],\"camera\":{{\"resolution\":{resolution}}}}}");

        (analysis.Statistics!.Tungsten!.Width, analysis.Statistics.Tungsten.Height, analysis.HasErrors).Should().Be((width, height, isWrong));
    }

    [Fact]
    public void Analyze_CutAnywhere_NeverThrows()
    {
        for (int length = 1; length < Scene.Length; length++)
        {
            _folder.Analyze("scene.json", Scene[..length]).IsUsable.Should().BeFalse();
        }
    }
}
