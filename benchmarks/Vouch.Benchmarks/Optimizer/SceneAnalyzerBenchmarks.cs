using System.Globalization;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Vouch.Optimizer.Scenes;

namespace Vouch.Benchmarks.Optimizer;

/// <summary>
/// The statistics of a scene file in the page cache, from a generated glTF of some 100 KiB and an OBJ of some 2 MB. The baseline counts the same triangles,
/// vertices and nodes the plain way: a document tree for glTF, a line at a time for OBJ.
/// </summary>
[MemoryDiagnoser]
public class SceneAnalyzerBenchmarks
{
    private const int Meshes = 250;
    private const int Side = 180;

    private readonly SceneAnalyzer _analyzer = new();
    private string _folder = "";
    private string _path = "";

    [Params("gltf", "obj")]
    public string Format { get; set; } = "gltf";

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("vouch-bench-").FullName;
        _path = Path.Combine(_folder, "scene." + Format);
        File.WriteAllText(_path, Format == "gltf" ? Gltf() : Obj());
        if (Analyzer() != Naive())
        {
            throw new InvalidOperationException("The two ways of counting disagree.");
        }
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true)]
    public long Naive() => Format == "gltf" ? CountGltf(_path) : CountObj(_path);

    [Benchmark]
    public long Analyzer()
    {
        SceneStatistics statistics = _analyzer.Analyze(_path).Statistics!;
        return statistics.SceneTriangles + statistics.Vertices;
    }

    private static long CountGltf(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement;
        JsonElement accessors = root.GetProperty("accessors");
        long vertices = 0;
        var triangles = new List<long>();
        foreach (JsonElement mesh in root.GetProperty("meshes").EnumerateArray())
        {
            long sum = 0;
            foreach (JsonElement primitive in mesh.GetProperty("primitives").EnumerateArray())
            {
                vertices += accessors[primitive.GetProperty("attributes").GetProperty("POSITION").GetInt32()].GetProperty("count").GetInt64();
                sum += accessors[primitive.GetProperty("indices").GetInt32()].GetProperty("count").GetInt64() / 3;
            }

            triangles.Add(sum);
        }

        JsonElement nodes = root.GetProperty("nodes");
        long shown = 0;
        foreach (JsonElement node in root.GetProperty("scenes")[0].GetProperty("nodes").EnumerateArray())
        {
            shown += triangles[nodes[node.GetInt32()].GetProperty("mesh").GetInt32()];
        }

        return shown + vertices;
    }

    private static long CountObj(string path)
    {
        long triangles = 0;
        long vertices = 0;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("v ", StringComparison.Ordinal))
            {
                vertices++;
            }
            else if (line.StartsWith("f ", StringComparison.Ordinal))
            {
                triangles += line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length - 3;
            }
        }

        return triangles + vertices;
    }

    private static string Gltf()
    {
        var text = new StringBuilder("{\"asset\":{\"version\":\"2.0\"},\"scene\":0,\"scenes\":[{\"nodes\":[");
        text.AppendJoin(',', Enumerable.Range(0, Meshes)).Append("]}],\"nodes\":[");
        text.AppendJoin(',', Enumerable.Range(0, Meshes).Select(i => $"{{\"name\":\"node {i}\",\"mesh\":{i},\"translation\":[{i}.5,0.25,-{i}.125]}}")).Append("],\"meshes\":[");
        text.AppendJoin(',', Enumerable.Range(0, Meshes).Select(i => $"{{\"primitives\":[{{\"attributes\":{{\"POSITION\":{2 * i}}},\"indices\":{(2 * i) + 1},\"mode\":4}}]}}")).Append("],\"accessors\":[");
        text.AppendJoin(',', Enumerable.Range(0, Meshes).Select(i =>
            "{\"bufferView\":0,\"componentType\":5126,\"count\":24,\"type\":\"VEC3\",\"max\":[0.5,0.5,0.5],\"min\":[-0.5,-0.5,-0.5]},{\"bufferView\":0,\"componentType\":5123,\"count\":36,\"type\":\"SCALAR\"}"));
        return text.Append("],\"bufferViews\":[{\"buffer\":0,\"byteLength\":288}],\"buffers\":[{\"byteLength\":288,\"uri\":\"data:application/octet-stream;base64,")
            .Append(Convert.ToBase64String(new byte[288])).Append("\"}]}").ToString();
    }

    private static string Obj()
    {
        var text = new StringBuilder();
        var random = new Random(1);
        for (int i = 0; i < Side * Side; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"v {i % Side / 10.0:0.0000} {i / Side / 10.0:0.0000} {random.NextDouble():0.000000}\n");
        }

        for (int i = 0; i < (Side * Side) - Side - 1; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"f {i + 1} {i + 2} {i + Side + 2}\n");
        }

        return text.ToString();
    }
}
