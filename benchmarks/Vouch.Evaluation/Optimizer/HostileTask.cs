using System.Diagnostics;
using System.Text;
using Vouch.Optimizer.Scenes;

namespace Vouch.Evaluation.Optimizer;

/// <summary>Time and memory that broken and hostile scene files cost: those of the data folder's <c>malformed</c>, and generated ones of some megabytes that lie about their size, nest, repeat or loop.</summary>
internal static class HostileTask
{
    private const int Repetitions = 7;
    private const double MostSeconds = 0.05;
    private const double MostBytes = 64 << 20;
    private const int Megabytes = 8;

    public static EvaluationTask Task { get; } = new("optimizer", "hostile", "time and memory of broken and hostile scene files", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string folder = Path.Combine(OptimizerTasks.ScenesFolder(run, "truth.json"), "malformed");
        string made = Directory.CreateTempSubdirectory("vouch-hostile").FullName;
        try
        {
            Generate(made);
            var analyzer = new SceneAnalyzer();
            var rows = new List<IReadOnlyDictionary<string, object?>>();
            double slowest = 0;
            double largest = 0;
            IEnumerable<string> files = (Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : []).Order(StringComparer.Ordinal).Concat(Directory.GetFiles(made).Order(StringComparer.Ordinal));
            foreach (string file in files)
            {
                run.Progress.Report(Path.GetFileName(file));
                double seconds = double.PositiveInfinity;
                double bytes = double.PositiveInfinity;
                SceneAnalysis analysis = analyzer.Analyze(file);
                for (int i = 0; i < Repetitions; i++)
                {
                    long before = GC.GetTotalAllocatedBytes(precise: true);
                    long started = Stopwatch.GetTimestamp();
                    analysis = analyzer.Analyze(file);
                    seconds = Math.Min(seconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
                    bytes = Math.Min(bytes, GC.GetTotalAllocatedBytes(precise: true) - before);
                }

                slowest = Math.Max(slowest, seconds);
                largest = Math.Max(largest, bytes);
                rows.Add(new Dictionary<string, object?>
                {
                    ["file"] = (file.StartsWith(made, StringComparison.Ordinal) ? "generated/" : "malformed/") + Path.GetFileName(file),
                    ["file_bytes"] = new FileInfo(file).Length,
                    ["seconds"] = seconds,
                    ["allocated_bytes"] = bytes,
                    ["finding"] = analysis.Problems.Count > 0 ? analysis.Problems[0].Kind.ToString() : "none",
                });
            }

            var summary = new Dictionary<string, object?> { ["files"] = rows.Count, ["slowest_seconds"] = slowest, ["largest_allocated_bytes"] = largest };
            return new EvaluationResult(rows, summary, slowest <= MostSeconds && largest <= MostBytes);
        }
        finally
        {
            Directory.Delete(made, recursive: true);
        }
    }

    private static void Generate(string folder)
    {
        int size = Megabytes << 20;
        Write("nested.gltf", new string('[', size));
        Write("nested-objects.gltf", string.Concat(Enumerable.Repeat("{\"a\":", size / 5)));
        Write("many-nodes.gltf", "{\"asset\":{\"version\":\"2.0\"},\"nodes\":[" + string.Join(',', Enumerable.Repeat("{\"children\":[0]}", size / 17)) + "],\"scenes\":[{\"nodes\":[0]}],\"scene\":0}");
        Write("fan-out.gltf", "{\"asset\":{\"version\":\"2.0\"},\"meshes\":[{\"primitives\":[{\"attributes\":{}}]}],\"nodes\":["
            + string.Join(',', Enumerable.Range(0, 64).Select(i => $"{{\"mesh\":0,\"children\":[{i + 1},{i + 1}]}}")) + ",{\"mesh\":0}],\"scenes\":[{\"nodes\":[0]}],\"scene\":0}");
        Write("long-string.gltf", "{\"asset\":{\"version\":\"" + new string('x', size) + "\"}}");
        Write("data-uri.gltf", "{\"asset\":{\"version\":\"2.0\"},\"buffers\":[{\"byteLength\":2147483647,\"uri\":\"data:application/octet-stream;base64," + new string('A', size) + "\"}]}");
        byte[] glb = new byte[size];
        "glTF"u8.CopyTo(glb);
        BitConverter.TryWriteBytes(glb.AsSpan(4), 2);
        BitConverter.TryWriteBytes(glb.AsSpan(8), uint.MaxValue);
        BitConverter.TryWriteBytes(glb.AsSpan(12), uint.MaxValue - 20);
        "JSON"u8.CopyTo(glb.AsSpan(16));
        File.WriteAllBytes(Path.Combine(folder, "lying.glb"), glb);
        Write("lying.ply", "ply\nformat ascii 1.0\nelement vertex 4000000000\nproperty float x\nelement face 4000000000\nproperty list uchar int vertex_indices\nend_header\n" + string.Concat(Enumerable.Repeat("0 0 0\n", 100_000)));
        Write("lying-list.ply", "ply\nformat ascii 1.0\nelement face 1\nproperty list int int vertex_indices\nend_header\n2147483647 " + string.Concat(Enumerable.Repeat("0 ", size / 2)));
        Write("one-line.obj", "f " + string.Concat(Enumerable.Repeat("1 ", size / 2)));
        Write("no-newline.obj", new string('v', size));
        Write("many-materials.obj", string.Concat(Enumerable.Range(0, size / 16).Select(i => $"usemtl m{i:x8}\nf\n")));
        var random = new Random(1);
        byte[] noise = new byte[size];
        random.NextBytes(noise);
        foreach (string extension in new[] { "gltf", "glb", "ply", "obj", "json" })
        {
            File.WriteAllBytes(Path.Combine(folder, "noise." + extension), noise);
        }

        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(false));
    }
}
