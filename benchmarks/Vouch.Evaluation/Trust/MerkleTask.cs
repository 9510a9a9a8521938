using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vouch.TrustEngine.Audit;

namespace Vouch.Evaluation.Trust;

/// <summary>Merkle roots, proofs and their verification against published vectors: one row per case.</summary>
internal static class MerkleTask
{
    public static EvaluationTask Task { get; } = new("trust", "merkle", "Merkle roots and proofs against published vectors", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        Roots(run.Require("rfc6962_roots.json"), Add);
        Proofs(run.Require("inclusion_proofs.json"), "inclusion", IsIncluded, Add);
        Proofs(run.Require("consistency_proofs.json"), "consistency", IsConsistent, Add);
        Generated(run.Require("generated_trees.json"), Add);
        Subtrees(Add);
        int ok = rows.Count(row => (bool)row["ok"]!);
        return new EvaluationResult(rows, new Dictionary<string, object?> { ["ok"] = ok, ["total"] = rows.Count }, ok == rows.Count);

        void Add(string name, bool right) => rows.Add(new Dictionary<string, object?> { ["case"] = name, ["ok"] = right });
    }

    private static void Roots(string file, Action<string, bool> add)
    {
        using JsonDocument vectors = Read(file);
        var tree = new MerkleTree();
        string[] roots = [.. vectors.RootElement.GetProperty("roots_hex_by_size_0_to_8").EnumerateArray().Select(root => root.GetString()!)];
        add("root/0", tree.Head.RootHash.ToString() == roots[0]);
        foreach (JsonElement leaf in vectors.RootElement.GetProperty("rfc6962_inputs_hex").EnumerateArray())
        {
            tree.Append(Convert.FromHexString(leaf.GetString()!));
            add($"root/{tree.Size}", tree.Head.RootHash.ToString() == roots[tree.Size]);
        }

        string[] leaves = [.. vectors.RootElement.GetProperty("leaf_hashes_hex").EnumerateArray().Select(leaf => leaf.GetString()!)];
        for (int i = 0; i < leaves.Length; i++)
        {
            add($"leaf/{i}", tree.GetLeafHash(i).ToString() == leaves[i]);
        }
    }

    private static void Proofs(string file, string kind, Func<JsonElement, bool> verify, Action<string, bool> add)
    {
        using JsonDocument vectors = Read(file);
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            add($"{kind}/{vector.GetProperty("case").GetString()}", verify(vector) != vector.GetProperty("wantErr").GetBoolean());
        }
    }

    public static bool IsIncluded(JsonElement vector) =>
        TryHash(vector.GetProperty("leafHash"), out MerkleHash leaf)
        && TryHash(vector.GetProperty("root"), out MerkleHash root)
        && TryPath(vector.GetProperty("proof"), out List<MerkleHash> path)
        && TrySize(vector.GetProperty("leafIdx"), out long index)
        && TrySize(vector.GetProperty("treeSize"), out long size)
        && MerkleVerifier.VerifyInclusion(new InclusionProof(index, size, path), leaf, root);

    public static bool IsConsistent(JsonElement vector) =>
        TryHash(vector.GetProperty("root1"), out MerkleHash first)
        && TryHash(vector.GetProperty("root2"), out MerkleHash second)
        && TryPath(vector.GetProperty("proof"), out List<MerkleHash> path)
        && TrySize(vector.GetProperty("size1"), out long firstSize)
        && TrySize(vector.GetProperty("size2"), out long secondSize)
        && MerkleVerifier.VerifyConsistency(new ConsistencyProof(firstSize, secondSize, path), first, second);

    private static void Generated(string file, Action<string, bool> add)
    {
        using JsonDocument vectors = Read(file);
        JsonElement all = vectors.RootElement;
        var tree = new MerkleTree();
        long largest = all.GetProperty("roots").EnumerateArray().Max(root => root.GetProperty("size").GetInt64());
        for (int i = 0; i < largest; i++)
        {
            tree.Append(Encoding.ASCII.GetBytes($"entry-{i}"));
        }

        foreach (JsonElement root in all.GetProperty("roots").EnumerateArray())
        {
            long size = root.GetProperty("size").GetInt64();
            add($"generated/root/{size}", tree.GetRoot(size).ToString() == root.GetProperty("root").GetString());
        }

        foreach (JsonElement vector in all.GetProperty("inclusion").EnumerateArray())
        {
            InclusionProof proof = tree.GetInclusionProof(vector.GetProperty("index").GetInt64(), vector.GetProperty("size").GetInt64());
            bool right = SamePath(proof.Path, vector.GetProperty("path"))
                && MerkleVerifier.VerifyInclusion(proof, tree.GetLeafHash(proof.LeafIndex), tree.GetRoot(proof.TreeSize));
            add($"generated/inclusion/{proof.LeafIndex}/{proof.TreeSize}", right);
        }

        foreach (JsonElement vector in all.GetProperty("consistency").EnumerateArray())
        {
            ConsistencyProof proof = tree.GetConsistencyProof(vector.GetProperty("first").GetInt64(), vector.GetProperty("second").GetInt64());
            bool right = SamePath(proof.Path, vector.GetProperty("proof"))
                && MerkleVerifier.VerifyConsistency(proof, tree.GetRoot(proof.FirstSize), tree.GetRoot(proof.SecondSize));
            add($"generated/consistency/{proof.FirstSize}/{proof.SecondSize}", right);
        }
    }

    /// <summary>draft-ietf-plants-merkle-tree-certs: one rolling hash over every valid subtree, empty ones too, of 130 one-byte leaves.</summary>
    private static void Subtrees(Action<string, bool> add)
    {
        const int Leaves = 130;
        var tree = new MerkleTree();
        for (int i = 0; i < Leaves; i++)
        {
            tree.Append([(byte)i]);
        }

        using var rolling = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int end = 0; end <= Leaves; end++)
        {
            for (int start = 0; start <= end; start++)
            {
                if (start == end || start % (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(end - start)) == 0)
                {
                    rolling.AppendData(Encoding.ASCII.GetBytes($"[{start}, {end}) {tree.GetSubtreeHash(start, end)}\n"));
                }
            }
        }

        add("subtrees/130", Convert.ToHexStringLower(rolling.GetHashAndReset()) == "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81");
    }

    private static bool SamePath(IReadOnlyList<MerkleHash> path, JsonElement expected) =>
        path.Select(hash => hash.ToString()).SequenceEqual(expected.EnumerateArray().Select(hash => hash.GetString()));

    private static bool TrySize(JsonElement number, out long size) => number.TryGetInt64(out size);

    private static bool TryHash(JsonElement base64, out MerkleHash hash) =>
        MerkleHash.TryCreate(base64.ValueKind == JsonValueKind.Null ? [] : base64.GetBytesFromBase64(), out hash);

    private static bool TryPath(JsonElement proof, out List<MerkleHash> path)
    {
        path = [];
        foreach (JsonElement node in proof.ValueKind == JsonValueKind.Null ? [] : proof.EnumerateArray().ToArray())
        {
            if (!TryHash(node, out MerkleHash hash))
            {
                return false;
            }

            path.Add(hash);
        }

        return true;
    }

    private static JsonDocument Read(string file) => JsonDocument.Parse(File.ReadAllBytes(file));
}
