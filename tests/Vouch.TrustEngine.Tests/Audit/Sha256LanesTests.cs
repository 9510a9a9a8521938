using System.Security.Cryptography;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

/// <summary>Many at once or one by one: the hashes are those of the system's SHA-256.</summary>
public sealed class Sha256LanesTests
{
    [Fact]
    public void HashMessages_EveryLengthAroundTheBlocks_AsTheSystem()
    {
        byte[] buffer = new byte[1 << 16];
        new Random(1).NextBytes(buffer);
        foreach (int count in (int[])[0, 1, 2, 3, 7, 8, 9, 300])
        {
            (int Start, int Length)[] messages = [.. Enumerable.Range(0, count).Select(i => (Start: i * 100 % 5000, Length: i))];
            Check(buffer, messages);
            Check(buffer, [.. messages.Reverse()]);
        }

        // Long ones between short ones, and a lane that outlasts all others.
        Check(buffer, [(0, 5000), (1, 3), (7, 4096), (9, 4095), (11, 60_000), (13, 0), (17, 64), (19, 55), (23, 56), (29, 63), (31, 119), (37, 120)]);
    }

    [Fact]
    public void HashNodes_EveryCount_AsTheSystem()
    {
        var random = new Random(2);
        for (int count = 0; count < 40; count++)
        {
            MerkleHash[] children = [.. Enumerable.Range(0, 2 * count).Select(_ => Draw(random))];
            var parents = new MerkleHash[count];

            Sha256Lanes.HashNodes(children, parents);

            for (int i = 0; i < count; i++)
            {
                parents[i].ToArray().Should().Equal(SHA256.HashData([1, .. children[2 * i].ToArray(), .. children[(2 * i) + 1].ToArray()]), $"pair {i} of {count}");
            }
        }
    }

    [Fact]
    public void AppendLeafHashes_AnyPortions_TheTreeOfOneByOne()
    {
        var random = new Random(3);
        MerkleHash[] leaves = [.. Enumerable.Range(0, 10_000).Select(_ => Draw(random))];
        var oneByOne = new MerkleTree();
        foreach (MerkleHash leaf in leaves)
        {
            oneByOne.AppendLeafHash(leaf);
        }

        var portions = new MerkleTree();
        for (int done = 0; done < leaves.Length;)
        {
            int count = Math.Min(random.Next(0, 5) switch { 0 => 0, 1 => 1, 2 => random.Next(10), 3 => random.Next(300), _ => random.Next(3000) }, leaves.Length - done);
            portions.AppendLeafHashes(leaves.AsSpan(done, count)).Should().Be(done);
            done += count;
        }

        portions.Head.Should().Be(oneByOne.Head);
        for (int size = 0; size <= leaves.Length; size += 97)
        {
            portions.GetRoot(size).Should().Be(oneByOne.GetRoot(size));
        }
    }

    private static void Check(byte[] buffer, (int Start, int Length)[] messages)
    {
        var hashes = new MerkleHash[messages.Length];
        Sha256Lanes.HashMessages(buffer, messages, hashes);
        for (int i = 0; i < messages.Length; i++)
        {
            hashes[i].ToArray().Should().Equal(SHA256.HashData(buffer.AsSpan(messages[i].Start, messages[i].Length)), $"message {i} of {messages.Length}, {messages[i].Length} bytes");
        }
    }

    private static MerkleHash Draw(Random random)
    {
        Span<byte> bytes = stackalloc byte[MerkleHash.Length];
        random.NextBytes(bytes);
        return new MerkleHash(bytes);
    }
}
