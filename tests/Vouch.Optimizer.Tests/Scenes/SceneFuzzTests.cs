using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

/// <summary>Damaged files: whatever is done to the bytes, the analysis returns, keeps its bounds, and says the same thing twice.</summary>
public sealed class SceneFuzzTests : IDisposable
{
    private const int Mutations = 1000;

    private const string Gltf = """
        {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0,"children":[1]},{"mesh":0,"extensions":{"EXT_mesh_gpu_instancing":{"attributes":{"SCALE":1}}}}],
         "meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1,"mode":4,"targets":[{}]}]}],
         "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"},{"bufferView":0,"componentType":5121,"count":3,"type":"SCALAR"}],
         "bufferViews":[{"buffer":0,"byteOffset":0,"byteLength":36}],"buffers":[{"byteLength":36,"uri":"data:a;base64,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}],
         "images":[{"uri":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAf"}],"skins":[{"joints":[0,1]}],"materials":[{"doubleSided":true}],"extensionsUsed":["X"]}
        """;

    private const string Obj = "mtllib a.mtl\no x\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0 1\nusemtl m\nf 1//1 2//1 \\\n3//1\nf -1 -2 -3\n";

    private const string Ply = "ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n1\n2\n3 0 1 1\n";

    private readonly SceneFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => ["a.gltf", "a.glb", "a.obj", "a.ply", "b.ply"];

    [Fact]
    public void Analyze_UndamagedSeeds_AreUsable() => Names.Select(name => _folder.Analyze(name, Seed(name)).IsUsable).Should().AllBeEquivalentTo(true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Analyze_CutAtEveryByte_Returns(string name)
    {
        byte[] seed = Seed(name);
        for (int length = 0; length < seed.Length; length++)
        {
            Check(name, seed[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Analyze_RandomBytesChanged_Returns(string name)
    {
        var random = new Random(20_260_101);
        byte[] seed = Seed(name);
        for (int i = 0; i < Mutations; i++)
        {
            byte[] damaged = [.. seed];
            for (int n = random.Next(1, 6); n > 0; n--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            Check(name, damaged);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Analyze_PartsRepeatedOrMoved_Returns(string name)
    {
        var random = new Random(20_260_102);
        byte[] seed = Seed(name);
        for (int i = 0; i < Mutations / 3; i++)
        {
            int from = random.Next(seed.Length);
            int to = random.Next(from, Math.Min(seed.Length, from + 60));
            int at = random.Next(seed.Length);
            byte[] part = [.. Enumerable.Repeat(seed[from..to], random.Next(1, 4)).SelectMany(bytes => bytes)];
            Check(name, [.. seed[..at], .. part, .. seed[at..]]);
        }
    }

    [Fact]
    public void Analyze_NumbersReplacedByExtremes_Returns()
    {
        string[] extremes = ["-1", "0", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "1e308", "1e999", "-0.0", "null", "\"x\"", "[]", "{}", "true"];
        System.Text.RegularExpressions.MatchCollection numbers = System.Text.RegularExpressions.Regex.Matches(Gltf, "(?<=[:\\[,])\\d+(?=[,\\]}])");
        foreach (System.Text.RegularExpressions.Match number in numbers)
        {
            foreach (string extreme in extremes)
            {
                Check("a.gltf", Encoding.UTF8.GetBytes(string.Concat(Gltf.AsSpan(0, number.Index), extreme, Gltf.AsSpan(number.Index + number.Length))));
            }
        }
    }

    [Fact]
    public void LineReader_AnyText_CutsAsSplitDoes() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Bytes, NonNegativeInt Repeat)>(), sample =>
        {
            byte[] piece = [.. (sample.Bytes ?? []).Select(value => (byte)(value % 4 == 0 ? '\n' : 'a' + (value % 3)))];
            byte[] text = [.. Enumerable.Repeat(piece, 1 + (sample.Repeat.Get % 3000)).SelectMany(bytes => bytes)];
            using var lines = new LineReader(ByteRange.OfBase64(Encoding.ASCII.GetBytes(Convert.ToBase64String(text))), 1 << 20);
            var found = new List<string>();
            while (lines.TryRead(out ReadOnlySpan<byte> line))
            {
                found.Add(Encoding.ASCII.GetString(line));
            }

            List<string> expected = [.. Encoding.ASCII.GetString(text).Split('\n')];
            if (expected[^1].Length == 0)
            {
                expected.RemoveAt(expected.Count - 1);
            }

            return found.SequenceEqual(expected) && lines.Line == expected.Count && lines.Position == text.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_260_101UL, 1UL));

    private static byte[] Seed(string name) => name switch
    {
        "a.gltf" => Encoding.UTF8.GetBytes(Gltf),
        "a.glb" => SceneFolder.Glb(Gltf, [1, 2, 3, 4]),
        "a.obj" => Encoding.UTF8.GetBytes(Obj),
        "a.ply" => Encoding.UTF8.GetBytes(Ply),
        _ => PlyAnalysisTests.Binary(isBigEndian: true, 2),
    };

    private void Check(string name, byte[] bytes)
    {
        string path = _folder.Write(name, bytes);
        var analyzer = new SceneAnalyzer();
        SceneAnalysis first = analyzer.Analyze(path);
        SceneAnalysis second = analyzer.Analyze(path);

        first.Problems.Should().Equal(second.Problems);
        (first.Statistics is not null || first.HasErrors).Should().BeTrue("either there are statistics or a reason why not");
        first.IsUsable.Should().Be(first.Statistics is not null && !first.Problems.Any(problem => problem.Severity == SceneProblemSeverity.Error));
        if (first.Statistics is { } statistics)
        {
            new[] { statistics.UniqueTriangles, statistics.SceneTriangles, statistics.Vertices, statistics.Materials, statistics.Gltf?.Texels ?? 0, statistics.Gltf?.Joints ?? 0 }
                .Should().OnlyContain(count => count >= 0);
        }
    }
}
