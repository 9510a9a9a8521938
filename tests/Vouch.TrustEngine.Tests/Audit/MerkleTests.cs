using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vouch.TestData;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

public sealed class MerkleTests
{
    [Fact]
    public void GetRoot_Rfc6962Leaves_EqualsPublishedRoots()
    {
        using JsonDocument vectors = Vectors("rfc6962_roots.json");
        var tree = new MerkleTree();
        var roots = new List<string> { tree.Head.RootHash.ToString() };
        var leaves = new List<string>();
        foreach (JsonElement leaf in vectors.RootElement.GetProperty("rfc6962_inputs_hex").EnumerateArray())
        {
            byte[] data = Convert.FromHexString(leaf.GetString()!);
            tree.Append(data);
            leaves.Add(MerkleTree.HashLeaf(data).ToString());
            roots.Add(tree.Head.RootHash.ToString());
        }

        roots.Should().Equal(vectors.RootElement.GetProperty("roots_hex_by_size_0_to_8").EnumerateArray().Select(root => root.GetString()));
        leaves.Should().Equal(vectors.RootElement.GetProperty("leaf_hashes_hex").EnumerateArray().Select(leaf => leaf.GetString()));
        Enumerable.Range(0, 9).Select(size => tree.GetRoot(size).ToString()).Should().Equal(roots, "earlier roots stay at hand");
    }

    // transparency-dev/merkle @417fb0c: valid and damaged proofs.
    [Fact]
    public void VerifyInclusion_PublishedCases_AllRight()
    {
        using JsonDocument vectors = Vectors("inclusion_proofs.json");
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            bool valid = TryHash(vector.GetProperty("leafHash"), out MerkleHash leaf)
                & TryHash(vector.GetProperty("root"), out MerkleHash root)
                & TryPath(vector.GetProperty("proof"), out List<MerkleHash> path);
            var proof = new InclusionProof(unchecked((long)vector.GetProperty("leafIdx").GetUInt64()), vector.GetProperty("treeSize").GetInt64(), path);

            (valid && MerkleVerifier.VerifyInclusion(proof, leaf, root)).Should().Be(!vector.GetProperty("wantErr").GetBoolean(), vector.GetProperty("case").GetString());
        }
    }

    [Fact]
    public void VerifyConsistency_PublishedCases_AllRight()
    {
        using JsonDocument vectors = Vectors("consistency_proofs.json");
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            bool valid = TryHash(vector.GetProperty("root1"), out MerkleHash first)
                & TryHash(vector.GetProperty("root2"), out MerkleHash second)
                & TryPath(vector.GetProperty("proof"), out List<MerkleHash> path);
            var proof = new ConsistencyProof(
                unchecked((long)vector.GetProperty("size1").GetUInt64()), unchecked((long)vector.GetProperty("size2").GetUInt64()), path);

            (valid && MerkleVerifier.VerifyConsistency(proof, first, second)).Should().Be(!vector.GetProperty("wantErr").GetBoolean(), vector.GetProperty("case").GetString());
        }
    }

    [Fact]
    public void Proofs_GeneratedTrees_EqualAndVerify()
    {
        using JsonDocument vectors = Vectors("generated_trees.json");
        JsonElement all = vectors.RootElement;
        MerkleTree tree = Entries(all.GetProperty("roots").EnumerateArray().Max(root => root.GetProperty("size").GetInt32()));
        foreach (JsonElement root in all.GetProperty("roots").EnumerateArray())
        {
            tree.GetRoot(root.GetProperty("size").GetInt64()).ToString().Should().Be(root.GetProperty("root").GetString());
        }

        foreach (JsonElement vector in all.GetProperty("inclusion").EnumerateArray())
        {
            InclusionProof proof = tree.GetInclusionProof(vector.GetProperty("index").GetInt64(), vector.GetProperty("size").GetInt64());

            proof.Path.Select(hash => hash.ToString()).Should().Equal(vector.GetProperty("path").EnumerateArray().Select(hash => hash.GetString()));
            MerkleVerifier.VerifyInclusion(proof, tree.GetLeafHash(proof.LeafIndex), tree.GetRoot(proof.TreeSize)).Should().BeTrue();
        }

        foreach (JsonElement vector in all.GetProperty("consistency").EnumerateArray())
        {
            ConsistencyProof proof = tree.GetConsistencyProof(vector.GetProperty("first").GetInt64(), vector.GetProperty("second").GetInt64());

            proof.Path.Select(hash => hash.ToString()).Should().Equal(vector.GetProperty("proof").EnumerateArray().Select(hash => hash.GetString()));
            MerkleVerifier.VerifyConsistency(proof, tree.GetRoot(proof.FirstSize), tree.GetRoot(proof.SecondSize)).Should().BeTrue();
        }
    }

    // draft-ietf-plants-merkle-tree-certs: SHA-256 over the line "[start, end) hash" of every valid subtree, empty ones too, of 130 one-byte leaves 00..81.
    [Fact]
    public void GetSubtreeHash_AllValidSubtrees_EqualsTheRollingVector()
    {
        var tree = new MerkleTree();
        for (int i = 0; i < 130; i++)
        {
            tree.Append([(byte)i]);
        }

        var lines = new StringBuilder();
        for (int end = 0; end <= 130; end++)
        {
            for (int start = 0; start <= end; start++)
            {
                if (start == end || start % (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(end - start)) == 0)
                {
                    lines.Append($"[{start}, {end}) {tree.GetSubtreeHash(start, end)}\n");
                }
            }
        }

        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(lines.ToString())))
            .Should().Be("b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81");
    }

    [Fact]
    public void Verify_EverySmallProofWithOneBitFlipped_IsRefused()
    {
        MerkleTree tree = Entries(20);
        for (int size = 1; size <= 20; size++)
        {
            for (int index = 0; index < size; index++)
            {
                InclusionProof proof = tree.GetInclusionProof(index, size);
                MerkleVerifier.VerifyInclusion(proof, tree.GetLeafHash(index), tree.GetRoot(size)).Should().BeTrue();
                MerkleVerifier.VerifyInclusion(proof with { LeafIndex = index + 1 }, tree.GetLeafHash(index), tree.GetRoot(size)).Should().BeFalse();
                for (int i = 0; i < proof.Path.Count; i++)
                {
                    MerkleVerifier.VerifyInclusion(proof with { Path = Flip(proof.Path, i) }, tree.GetLeafHash(index), tree.GetRoot(size)).Should().BeFalse();
                }

                ConsistencyProof consistency = tree.GetConsistencyProof(index + 1, size);
                MerkleVerifier.VerifyConsistency(consistency, tree.GetRoot(index + 1), tree.GetRoot(size)).Should().BeTrue();
                for (int i = 0; i < consistency.Path.Count; i++)
                {
                    MerkleVerifier.VerifyConsistency(consistency with { Path = Flip(consistency.Path, i) }, tree.GetRoot(index + 1), tree.GetRoot(size)).Should().BeFalse();
                }
            }
        }
    }

    [Fact]
    public void HashLeaf_LongEntry_EqualsPlainSha256()
    {
        byte[] entry = new byte[5000];
        new Random(1).NextBytes(entry);

        MerkleTree.HashLeaf(entry).ToArray().Should().Equal(SHA256.HashData([0, .. entry]));
    }

    [Fact]
    public void Members_OutOfRange_Throw()
    {
        MerkleTree tree = Entries(6);
        Action[] acts =
        [
            () => tree.GetRoot(7), () => tree.GetRoot(-1), () => tree.GetLeafHash(6), () => tree.GetInclusionProof(6, 6), () => tree.GetInclusionProof(0, 7),
            () => tree.GetConsistencyProof(0, 6), () => tree.GetConsistencyProof(6, 5), () => tree.GetSubtreeHash(1, 3), () => tree.GetSubtreeHash(5, 4),
        ];

        acts.Should().AllSatisfy(act => act.Should().Throw<ArgumentOutOfRangeException>());
    }

    [Fact]
    public void MerkleHash_Texts_RoundTrip()
    {
        MerkleHash hash = MerkleTree.EmptyRoot;

        MerkleHash.Parse(hash.ToString()).Should().Be(hash);
        new MerkleHash(Convert.FromBase64String(hash.ToBase64())).Should().Be(hash);
        MerkleHash.TryCreate(new byte[31], out _).Should().BeFalse();
        Action shortText = () => MerkleHash.Parse("00");
        shortText.Should().Throw<FormatException>();
    }

    private static List<MerkleHash> Flip(IReadOnlyList<MerkleHash> path, int index)
    {
        List<MerkleHash> flipped = [.. path];
        byte[] bytes = flipped[index].ToArray();
        bytes[index % 32] ^= 1;
        flipped[index] = new MerkleHash(bytes);
        return flipped;
    }

    private static MerkleTree Entries(int count)
    {
        var tree = new MerkleTree();
        for (int i = 0; i < count; i++)
        {
            tree.Append(Encoding.ASCII.GetBytes($"entry-{i}"));
        }

        return tree;
    }

    private static JsonDocument Vectors(string name) => JsonDocument.Parse(File.ReadAllText(SharedData.Require($"trust/merkle/{name}")));

    private static bool TryHash(JsonElement base64, out MerkleHash hash) => MerkleHash.TryCreate(Bytes(base64), out hash);

    private static bool TryPath(JsonElement proof, out List<MerkleHash> path)
    {
        path = [];
        if (proof.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        foreach (JsonElement node in proof.EnumerateArray())
        {
            if (!TryHash(node, out MerkleHash hash))
            {
                return false;
            }

            path.Add(hash);
        }

        return true;
    }

    private static byte[] Bytes(JsonElement base64) => base64.ValueKind == JsonValueKind.Null ? [] : Convert.FromBase64String(base64.GetString()!);
}
