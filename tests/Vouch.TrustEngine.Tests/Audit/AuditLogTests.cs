using System.Text;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("audit.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Append_FileAndMemory_SameHeadsAsTheTree()
    {
        using AuditLog file = AuditLog.Open(Path);
        using AuditLog memory = AuditLog.CreateInMemory();
        var tree = new MerkleTree();
        for (int i = 0; i < 70; i++)
        {
            byte[] entry = Entry(i);
            tree.Append(entry).Should().Be(i);
            file.Append(entry).Should().Be(i);
            memory.Append(entry).Should().Be(i);
        }

        file.Head.Should().Be(tree.Head);
        memory.Head.Should().Be(tree.Head);
        file.GetHead(33).RootHash.Should().Be(tree.GetRoot(33));
        MerkleVerifier.VerifyInclusion(file.GetInclusionProof(5, 60), MerkleTree.HashLeaf(Entry(5)), tree.GetRoot(60)).Should().BeTrue();
        MerkleVerifier.VerifyConsistency(memory.GetConsistencyProof(31, 70), tree.GetRoot(31), tree.GetRoot(70)).Should().BeTrue();
    }

    [Theory]
    [InlineData(AuditDurability.OnCheckpoint)]
    [InlineData(AuditDurability.EveryAppend)]
    public void Open_Again_GoesOnWhereItStopped(AuditDurability durability)
    {
        var options = new AuditLogOptions { Durability = durability };
        TreeHead head;
        using (AuditLog log = AuditLog.Open(Path, options))
        {
            log.Append([]);
            log.Append(new byte[5000]);
            log.AppendRange([Entry(2), Entry(3)]).Should().Be(2);
            head = log.Head;
        }

        using AuditLog again = AuditLog.Open(Path, options);

        again.Head.Should().Be(head);
        again.Recovery.Should().Be(new AuditRecovery(4, 0));
        again.ReadEntry(0).Should().BeEmpty();
        again.ReadEntry(1).Should().Equal(new byte[5000]);
        again.ReadEntry(3).Should().Equal(Entry(3));
        again.Append(Entry(4)).Should().Be(4);
        AuditLog.Verify(Path, again.Head).Should().Match<AuditLogVerification>(found => found.IsIntact && found.ExpectedHead == HeadMatch.Matches);
    }

    [Fact]
    public void Open_OpenElsewhere_Throws()
    {
        using AuditLog log = AuditLog.Open(Path);
        Action act = () => AuditLog.Open(Path).Dispose();

        act.Should().Throw<IOException>().WithMessage("*one writer at a time*");
    }

    [Fact]
    public void Verify_WhileOpenForWriting_Works()
    {
        using AuditLog log = AuditLog.Open(Path);
        log.Append(Entry(0));

        AuditLog.Verify(Path).Should().Match<AuditLogVerification>(found => found.IsIntact && found.Head == log.Head);
    }

    // What kill -9 leaves behind: any prefix of the bytes written.
    [Fact]
    public void Open_CutOffAtEveryByte_KeepsAllWholeEntriesAndReportsTheRest()
    {
        (byte[] whole, List<long> ends) = WriteLog(12);
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            int entries = ends.Count(end => end <= length);
            long lastWhole = entries > 0 ? ends[entries - 1] : length >= 32 ? 32 : 0;

            AuditLogVerification found = AuditLog.Verify(Path);
            using (AuditLog log = AuditLog.Open(Path))
            {
                log.Recovery.Should().Be(new AuditRecovery(entries, length - lastWhole));
                log.Head.Should().Be(found.Head);
                Enumerable.Range(0, entries).All(i => log.ReadEntry(i).SequenceEqual(Entry(i))).Should().BeTrue();
                log.Append(Entry(entries)).Should().Be(entries);
            }

            found.Corruption.Should().BeNull();
            found.TornBytes.Should().Be(length - lastWhole);
            AuditLog.Verify(Path).Should().Match<AuditLogVerification>(after => after.IsIntact && after.TornBytes == 0 && after.Head.Size == entries + 1);
        }
    }

    [Fact]
    public void Open_OneBitFlippedAnywhere_IsRefusedWithItsPlace()
    {
        (byte[] whole, List<long> ends) = WriteLog(8);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(Path, damaged);

            bool opened = AuditLog.TryOpen(Path, null, out AuditLog? log, out AuditLogCorruption? corruption);

            opened.Should().BeFalse($"byte {at} was damaged");
            log.Should().BeNull();
            int index = at < 32 ? -1 : ends.FindIndex(end => at < end);
            corruption!.Index.Should().Be(index);
            corruption.Offset.Should().Be(index <= 0 ? index < 0 ? 0 : 32 : ends[index - 1]);
            AuditLog.Verify(Path).Corruption.Should().Be(corruption);
            File.ReadAllBytes(Path).Should().Equal(damaged, "a damaged file is left as it is");
        }
    }

    [Fact]
    public void Open_Damaged_ThrowsWithTheDamage()
    {
        File.WriteAllText(Path, "this is no audit log at all, but a text");
        Action act = () => AuditLog.Open(Path).Dispose();

        act.Should().Throw<AuditLogCorruptionException>().Which.Corruption!.Index.Should().Be(-1);
    }

    [Fact]
    public void Open_ZerosAfterTheLastEntry_AreATornEnd()
    {
        (byte[] whole, _) = WriteLog(3);
        File.WriteAllBytes(Path, [.. whole, .. new byte[10_000]]);

        using AuditLog log = AuditLog.Open(Path);

        log.Recovery.Should().Be(new AuditRecovery(3, 10_000));
    }

    [Fact]
    public void Verify_RecordsSwappedOrRepeated_IsDamage()
    {
        (byte[] whole, List<long> ends) = WriteLog(2);
        byte[] first = whole[32..(int)ends[0]];
        byte[] second = whole[(int)ends[0]..];
        first.Length.Should().Be(second.Length);

        File.WriteAllBytes(Path, [.. whole[..32], .. second, .. first]);
        AuditLog.Verify(Path).Corruption!.Index.Should().Be(0);

        File.WriteAllBytes(Path, [.. whole, .. second]);
        AuditLog.Verify(Path).Corruption!.Index.Should().Be(2);
    }

    [Fact]
    public void Verify_HeadKeptElsewhere_ShowsWhatCrcsCannot()
    {
        TreeHead kept;
        using (AuditLog log = AuditLog.Open(Path))
        {
            for (int i = 0; i < 10; i++)
            {
                log.Append(Entry(i));
            }

            kept = log.Head;
        }

        string other = _folder.File("other.log");
        using (AuditLog log = AuditLog.Open(other))
        {
            for (int i = 0; i < 12; i++)
            {
                log.Append(Entry(i == 4 ? 400 : i));
            }
        }

        byte[] cut = File.ReadAllBytes(Path);
        AuditLog.Verify(Path, kept).ExpectedHead.Should().Be(HeadMatch.Matches);
        AuditLog.Verify(other, kept).Should().Match<AuditLogVerification>(found => !found.IsIntact && found.Corruption == null && found.ExpectedHead == HeadMatch.Differs);
        File.WriteAllBytes(Path, cut[..(cut.Length - (13 + Entry(9).Length))]);
        AuditLog.Verify(Path, kept).Should().Match<AuditLogVerification>(found => !found.IsIntact && found.ExpectedHead == HeadMatch.TooShort);
        AuditLog.Verify(Path, new TreeHead(-1, kept.RootHash)).ExpectedHead.Should().Be(HeadMatch.Differs);
    }

    [Fact]
    public void ReadEntry_DamagedAfterOpening_IsNeverServed()
    {
        using AuditLog log = AuditLog.Open(Path);
        log.Append(Entry(0));
        log.Append(Entry(1));
        using (FileStream file = new(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Seek(32 + 13 + 2, SeekOrigin.Begin);
            file.WriteByte(0xFF);
        }

        Action act = () => log.ReadEntry(0);

        act.Should().Throw<AuditLogCorruptionException>().Which.Corruption!.Offset.Should().Be(32);
        log.TryReadEntry(0, out byte[]? entry, out AuditLogCorruption? corruption).Should().BeFalse();
        entry.Should().BeNull();
        corruption!.Index.Should().Be(0);
        log.ReadEntry(1).Should().Equal(Entry(1));
    }

    [Fact]
    public void CreateCheckpoint_KeptAndGivenBack_Verifies()
    {
        var options = new AuditLogOptions { Origin = "example.com/audit" };
        using AuditLog log = AuditLog.Open(Path, options);
        log.Append(Entry(0));

        Checkpoint checkpoint = log.CreateCheckpoint();

        checkpoint.Origin.Should().Be("example.com/audit");
        checkpoint.Head.Should().Be(log.Head);
        Checkpoint.TryParse(checkpoint.ToString(), out Checkpoint? read).Should().BeTrue();
        AuditLog.Verify(Path, read!.Head).IsIntact.Should().BeTrue();
    }

    [Fact]
    public void Members_Misuse_Throws()
    {
        AuditLog log = AuditLog.Open(Path, new AuditLogOptions { MaxEntryBytes = 10 });
        Action[] outOfRange = [() => log.ReadEntry(0), () => log.ReadEntry(-1), () => log.GetInclusionProof(0, 1)];
        Action tooLong = () => log.Append(new byte[11]);
        Action tooLongOfMany = () => log.AppendRange([Entry(0), new byte[11]]);

        outOfRange.Should().AllSatisfy(act => act.Should().Throw<ArgumentOutOfRangeException>());
        tooLong.Should().Throw<ArgumentException>().WithMessage("*MaxEntryBytes*");
        tooLongOfMany.Should().Throw<ArgumentException>();
        log.AppendRange([]).Should().Be(0);
        log.Count.Should().Be(0);
        log.Dispose();
        log.Dispose();
        Action[] closed = [() => log.Append([]), () => log.Flush(), () => log.ReadEntry(0), () => log.CreateCheckpoint()];
        closed.Should().AllSatisfy(act => act.Should().Throw<ObjectDisposedException>());
        Action origin = () => AuditLog.CreateInMemory(new AuditLogOptions { Origin = "two\nlines" });
        origin.Should().Throw<OptionsValidationException>().WithMessage("*Origin*");
    }

    [Fact]
    public void Crc32C_PublishedCheckValues_Equal()
    {
        // RFC 3720, appendix B.4, and the usual check string.
        Crc32C.Compute("123456789"u8).Should().Be(0xE3069283);
        Crc32C.Compute(new byte[32]).Should().Be(0x8A9136AA);
        Crc32C.Compute([.. Enumerable.Repeat((byte)0xFF, 32)]).Should().Be(0x62A8AB43);
        Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]).Should().Be(0x46DD794E);
    }

    private static byte[] Entry(int i) => Encoding.ASCII.GetBytes($"entry-{i:000}");

    private (byte[] Bytes, List<long> Ends) WriteLog(int entries)
    {
        File.Delete(Path);
        var ends = new List<long>();
        using (AuditLog log = AuditLog.Open(Path))
        {
            for (int i = 0; i < entries; i++)
            {
                log.Append(Entry(i));
                ends.Add(new FileInfo(Path).Length);
            }
        }

        return (File.ReadAllBytes(Path), ends);
    }
}
