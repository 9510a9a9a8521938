using System.Buffers.Binary;
using System.Text;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

public sealed class PlyAnalysisTests : IDisposable
{
    private const string Ascii = """
        ply
        format ascii 1.0
        comment made by hand
        element vertex 4
        property float x
        property float y
        property float z
        element face 2
        property uchar colour
        property list uchar int vertex_indices
        end_header
        0 0 0
        1 0 0
        1 1 0

        0 1 0
        7 3 0 1 2
        7 4 0 1 2 3
        """;

    private readonly SceneFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Analyze_HandCountedAscii_CutsPolygonsIntoFans()
    {
        SceneAnalysis analysis = _folder.Analyze("a.ply", Ascii);

        SceneStatistics statistics = analysis.RequireUsable();
        (statistics.UniqueTriangles, statistics.Vertices, statistics.Ply!.Faces, statistics.Ply.Encoding).Should().Be((3, 4, 2, "ascii"));
        statistics.Ply.Elements.Should().BeEquivalentTo(new Dictionary<string, long> { ["vertex"] = 4, ["face"] = 2 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Analyze_HandMadeBinary_WalksListLengths(bool isBigEndian)
    {
        byte[] file = Binary(isBigEndian, 2);

        SceneStatistics statistics = _folder.Analyze("a.ply", file).RequireUsable();

        (statistics.UniqueTriangles, statistics.Vertices, statistics.Ply!.Faces).Should().Be((1 + 3, 2, 2));
    }

    [Fact]
    public void Analyze_BinaryCutAnywhere_IsTruncatedOrSyntax()
    {
        byte[] file = Binary(isBigEndian: false, 2);

        for (int length = 1; length < file.Length; length++)
        {
            SceneAnalysis analysis = _folder.Analyze("a.ply", file[..length]);

            analysis.HasErrors.Should().BeTrue();
        }
    }

    [Theory]
    [InlineData("ply\nformat ascii 1.0\nelement vertex 9000000000000000000\nproperty float x\nend_header\n1\n", SceneProblemKind.Truncated)]
    [InlineData("ply\nformat binary_little_endian 1.0\nelement vertex 9000000000000000000\nproperty double x\nend_header\n1\n", SceneProblemKind.Truncated)]
    [InlineData("ply\nformat binary_little_endian 1.0\nelement face 9000000000000000000\nproperty list int int vertex_indices\nend_header\nabcd", SceneProblemKind.Truncated)]
    [InlineData("ply\nformat ascii 1.0\nelement vertex -1\nend_header\n", SceneProblemKind.Syntax)]
    [InlineData("ply\nformat ascii 1.0\nelement vertex 99999999999999999999\nend_header\n", SceneProblemKind.Syntax)]
    [InlineData("ply\nformat utf9 1.0\nend_header\n", SceneProblemKind.Syntax)]
    [InlineData("ply\nformat ascii 1.0\nproperty float x\nend_header\n", SceneProblemKind.Syntax)]
    [InlineData("ply\nformat ascii 1.0\nelement face 1\nproperty list float int vertex_indices\nend_header\n", SceneProblemKind.Syntax)]
    [InlineData("ply\nformat ascii 1.0\nelement v 1\n", SceneProblemKind.Truncated)]
    [InlineData("ply\nend_header\n", SceneProblemKind.Syntax)]
    [InlineData("ply\nformat ascii 1.0\nelement a 0\nelement a 0\nend_header\n", SceneProblemKind.Schema)]
    [InlineData("ply\nformat ascii 1.0\nelement face 1\nproperty list int int vertex_indices\nend_header\n-3 1 2 3\n", SceneProblemKind.Schema)]
    [InlineData("ply\nformat ascii 1.0\nelement face 1\nproperty list int int vertex_indices\nend_header\n3 1 2\n", SceneProblemKind.Truncated)]
    public void Analyze_BrokenPly_SaysWhatIsWrong(string text, SceneProblemKind kind)
    {
        SceneAnalysis analysis = _folder.Analyze("a.ply", text);

        analysis.IsUsable.Should().BeFalse();
        analysis.Problems.Should().Contain(problem => problem.Kind == kind && problem.Severity == SceneProblemSeverity.Error);
    }

    [Fact]
    public void Analyze_CommentWithoutTheWord_IsPassedOverWithAWarning()
    {
        SceneAnalysis analysis = _folder.Analyze("a.ply", Ascii.Replace("comment made", "Made", StringComparison.Ordinal));

        analysis.IsUsable.Should().BeTrue();
        analysis.Problems.Should().ContainSingle().Which.Location.Should().Be("line 3");
    }

    /// <summary>Two vertices, a triangle and a pentagon; the list length is a 16-bit number.</summary>
    internal static byte[] Binary(bool isBigEndian, int vertices)
    {
        string header = $"ply\nformat binary_{(isBigEndian ? "big" : "little")}_endian 1.0\nelement vertex {vertices}\nproperty float x\nproperty double y\n"
            + "element face 2\nproperty list ushort int vertex_indices\nproperty uchar flag\nend_header\n";
        byte[] body = new byte[(vertices * 12) + 2 + (3 * 4) + 1 + 2 + (5 * 4) + 1];
        Put(vertices * 12, 3);
        Put((vertices * 12) + 15, 5);
        return [.. Encoding.ASCII.GetBytes(header), .. body];

        void Put(int offset, ushort value)
        {
            if (isBigEndian)
            {
                BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(offset), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(offset), value);
            }
        }
    }
}
