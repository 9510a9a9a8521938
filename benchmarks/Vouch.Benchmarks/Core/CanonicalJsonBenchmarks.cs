using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Vouch.Core.Policy;

namespace Vouch.Benchmarks.Core;

/// <summary>A policy's digest beside the naive one: parse into a tree, sort each object's members, print, hash (whose numbers keep their spelling).</summary>
[MemoryDiagnoser]
public class CanonicalJsonBenchmarks
{
    private byte[] _json = [];

    /// <summary>Gets or sets the number of options in the policy, about 60 bytes each.</summary>
    [Params(10, 1000)]
    public int Options { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, Options)];
        random.Shuffle(order);
        string members = string.Join(",\n", order.Select(number => string.Create(
            CultureInfo.InvariantCulture, $"  \"option{number:D4}\": {{ \"value\": {random.NextDouble()}, \"unit\": \"s\", \"enabled\": true }}")));
        _json = Encoding.UTF8.GetBytes($"{{\n{members}\n}}");
    }

    [Benchmark(Baseline = true)]
    public byte[] SortedTreeAndHash() => SHA256.HashData(Encoding.UTF8.GetBytes(Sort(JsonNode.Parse(_json)!).ToJsonString()));

    [Benchmark]
    public byte[] Canonicalize() => CanonicalJson.Canonicalize(_json);

    [Benchmark]
    public PolicyDigest Digest() => PolicyDigest.OfJson(_json);

    private static JsonNode Sort(JsonNode node)
    {
        if (node is not JsonObject members)
        {
            return node.DeepClone();
        }

        var sorted = new JsonObject();
        foreach ((string name, JsonNode? value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            sorted[name] = value is null ? null : Sort(value);
        }

        return sorted;
    }
}
