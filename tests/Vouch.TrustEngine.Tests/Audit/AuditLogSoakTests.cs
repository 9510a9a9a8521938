using System.Buffers.Binary;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

public sealed class AuditLogSoakTests
{
    [Theory]
    [InlineData(AuditDurability.OnCheckpoint, 2000)]
    [InlineData(AuditDurability.EveryAppend, 50)]
    public async Task Append_ManyWritersAndReaders_EveryIndexOnceAndEveryProofHolds(AuditDurability durability, int entriesEach)
    {
        const int Writers = 4;
        using var folder = new TemporaryFolder();
        string path = folder.File("audit.log");
        TreeHead head;
        var indices = new long[Writers][];
        using (AuditLog log = AuditLog.Open(path, new AuditLogOptions { Durability = durability }))
        {
            using var writing = new CancellationTokenSource();
            Task reader = Task.Run(() =>
            {
                TreeHead seen = log.Head;
                while (!writing.IsCancellationRequested)
                {
                    TreeHead now = log.Head;
                    if (seen.Size > 0)
                    {
                        MerkleVerifier.VerifyConsistency(log.GetConsistencyProof(seen.Size, now.Size), seen.RootHash, now.RootHash).Should().BeTrue();
                        byte[] last = log.ReadEntry(now.Size - 1);
                        MerkleVerifier.VerifyInclusion(log.GetInclusionProof(now.Size - 1, now.Size), MerkleTree.HashLeaf(last), now.RootHash).Should().BeTrue();
                    }

                    seen = now;
                }
            });
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
            {
                byte[] entry = new byte[200];
                indices[writer] = new long[entriesEach];
                for (int i = 0; i < entriesEach; i++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(entry, (writer * entriesEach) + i);
                    indices[writer][i] = log.Append(entry);
                }
            })));
            await writing.CancelAsync();
            await reader;
            head = log.Head;
        }

        indices.SelectMany(own => own).Order().Should().Equal(Enumerable.Range(0, Writers * entriesEach).Select(i => (long)i));
        indices.Should().OnlyContain(own => own.SequenceEqual(own.Order()), "a writer's own entries keep their order");
        AuditLog.Verify(path, head).IsIntact.Should().BeTrue();
        using AuditLog again = AuditLog.Open(path);
        for (int writer = 0; writer < Writers; writer++)
        {
            for (int i = 0; i < entriesEach; i++)
            {
                BinaryPrimitives.ReadInt32LittleEndian(again.ReadEntry(indices[writer][i])).Should().Be((writer * entriesEach) + i);
            }
        }
    }
}
