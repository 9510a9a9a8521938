using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Tests.Audit;

namespace Vouch.TrustEngine.Sqlite.Tests;

public sealed class SqliteAuditStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("audit.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AuditDurability.OnCheckpoint)]
    [InlineData(AuditDurability.EveryAppend)]
    public async Task Log_InDatabaseAndInMemory_SameHeadsAndProofs(AuditDurability durability)
    {
        var options = new AuditLogOptions { Durability = durability };
        using AuditLog memory = AuditLog.CreateInMemory();
        TreeHead head;
        using (AuditLog log = AuditLog.Open(SqliteAuditStore.Open(Path), options))
        {
            for (int i = 0; i < 40; i++)
            {
                memory.Append(Entry(i)).Should().Be(i);
                log.Append(Entry(i)).Should().Be(i);
            }

            log.AppendRange([Entry(40), ReadOnlyMemory<byte>.Empty]).Should().Be(40);
            memory.AppendRange([Entry(40), ReadOnlyMemory<byte>.Empty]);
            (await log.AppendAsync(Entry(42), TestContext.Current.CancellationToken)).Should().Be(42);
            memory.Append(Entry(42));
            log.CreateCheckpoint().Head.Should().Be(memory.Head);
            MerkleVerifier.VerifyInclusion(log.GetInclusionProof(7, 43), MerkleTree.HashLeaf(Entry(7)), memory.Head.RootHash).Should().BeTrue();
            head = log.Head;
        }

        using AuditLog again = AuditLog.Open(SqliteAuditStore.Open(Path), options);

        again.Path.Should().Be(Path);
        again.Recovery.Should().Be(new AuditRecovery(43, 0));
        again.Head.Should().Be(head).And.Be(memory.Head);
        again.ReadEntry(40).Should().Equal(Entry(40));
        again.ReadEntry(41).Should().BeEmpty();
        again.Append(Entry(43)).Should().Be(43);
    }

    [Fact]
    public void Verify_WhileOpenForWriting_SeesWhatWasAppended()
    {
        using AuditLog log = AuditLog.Open(SqliteAuditStore.Open(Path));
        log.Append(Entry(0));
        log.Append(Entry(1));
        using SqliteAuditStore reader = SqliteAuditStore.OpenForReading(Path);

        AuditLogVerification found = AuditLog.Verify(reader, log.GetHead(1));

        found.IsIntact.Should().BeTrue();
        found.Head.Should().Be(log.Head);
    }

    [Theory]
    [InlineData("UPDATE vouch_audit_entries SET entry = x'00' WHERE idx = 3", 3)]
    [InlineData("UPDATE vouch_audit_entries SET leaf = x'00' WHERE idx = 4", 4)]
    [InlineData("UPDATE vouch_audit_entries SET entry = 'text' WHERE idx = 2", 2)]
    [InlineData("DELETE FROM vouch_audit_entries WHERE idx = 1", 1)]
    public void Open_ARowChangedOrGone_IsRefusedWithItsPlace(string sql, long index)
    {
        TreeHead head = Write(6);
        Change(sql);
        Action open = () => AuditLog.Open(SqliteAuditStore.Open(Path)).Dispose();

        open.Should().Throw<AuditLogCorruptionException>().Which.Corruption!.Index.Should().Be(index);
        using SqliteAuditStore store = SqliteAuditStore.OpenForReading(Path);
        AuditLog.Verify(store, head).Should().Match<AuditLogVerification>(found => !found.IsIntact && found.Head.Size == index);
    }

    // Whoever also recomputes the hashes, or cuts off the end, is only seen by a head that was kept elsewhere.
    [Theory]
    [InlineData(false, HeadMatch.TooShort)]
    [InlineData(true, HeadMatch.Differs)]
    public void Verify_RewrittenWithCare_IsSeenByTheHeadKeptElsewhere(bool rewrites, HeadMatch expected)
    {
        TreeHead head = Write(6);
        Change(rewrites
            ? $"UPDATE vouch_audit_entries SET entry = x'00', leaf = x'{MerkleTree.HashLeaf([0])}' WHERE idx = 3"
            : "DELETE FROM vouch_audit_entries WHERE idx >= 5");
        using SqliteAuditStore store = SqliteAuditStore.OpenForReading(Path);

        AuditLog.Verify(store, head).Should().Match<AuditLogVerification>(found => !found.IsIntact && found.Corruption == null && found.ExpectedHead == expected);
    }

    [Fact]
    public void ReadEntry_ChangedAfterOpening_IsNeverServed()
    {
        using AuditLog log = AuditLog.Open(SqliteAuditStore.Open(Path));
        log.AppendRange([Entry(0), Entry(1), Entry(2)]);
        Change($"UPDATE vouch_audit_entries SET entry = x'00', leaf = x'{MerkleTree.HashLeaf([0])}' WHERE idx = 1; DELETE FROM vouch_audit_entries WHERE idx = 2");

        log.ReadEntry(0).Should().Equal(Entry(0));
        log.TryReadEntry(1, out _, out AuditLogCorruption? changed).Should().BeFalse();
        log.TryReadEntry(2, out _, out AuditLogCorruption? gone).Should().BeFalse();
        changed!.Index.Should().Be(1);
        gone!.Reason.Should().Contain("missing");
    }

    [Fact]
    public void Open_DamagedFile_IsATypedRefusal()
    {
        File.WriteAllBytes(Path, [.. Enumerable.Repeat((byte)'x', 10_000)]);
        Action open = () => SqliteAuditStore.Open(Path).Dispose();
        Action missing = () => SqliteAuditStore.OpenForReading(_folder.File("none.db")).Dispose();

        open.Should().Throw<IOException>().WithMessage("*cannot be opened*");
        missing.Should().Throw<IOException>();
        File.Exists(_folder.File("none.db")).Should().BeFalse();
    }

    [Fact]
    public void Open_PagesOverwritten_IsRefusedNotServed()
    {
        Write(2000);
        byte[] bytes = File.ReadAllBytes(Path);
        bytes.AsSpan(bytes.Length / 2, 4096).Fill(0xAB);
        File.WriteAllBytes(Path, bytes);
        using SqliteAuditStore store = SqliteAuditStore.OpenForReading(Path);

        AuditLog.Verify(store).Corruption.Should().NotBeNull();
    }

    [Fact]
    public void Open_OpenElsewhere_Throws()
    {
        using AuditLog log = AuditLog.Open(SqliteAuditStore.Open(Path));
        Action act = () => SqliteAuditStore.Open(Path).Dispose();

        act.Should().Throw<IOException>().WithMessage("*one writer at a time*");
    }

    [Fact]
    public void Append_DatabaseRefuses_IsNotInTheLog()
    {
        using AuditLog log = AuditLog.Open(SqliteAuditStore.Open(Path));
        log.Append(Entry(0));
        Change("CREATE TRIGGER refuse BEFORE INSERT ON vouch_audit_entries WHEN NEW.idx = 2 BEGIN SELECT RAISE(ABORT, 'no more'); END");
        Action act = () => log.AppendRange([Entry(1), Entry(2)]);

        act.Should().Throw<IOException>().WithMessage("*no more*");
        log.Count.Should().Be(1);
        log.Append(Entry(1)).Should().Be(1);
        log.Head.Size.Should().Be(2);
    }

    [Fact]
    public void Options_OutsideTheirRange_Throw()
    {
        Action seconds = () => SqliteAuditStore.Open(new SqliteAuditStoreOptions { Path = Path, BusySeconds = 0 }).Dispose();
        Action memory = () => SqliteAuditStore.Open(":memory:").Dispose();
        Action blank = () => SqliteAuditStore.Open(" ").Dispose();

        seconds.Should().Throw<OptionsValidationException>().WithMessage("*BusySeconds*");
        memory.Should().Throw<OptionsValidationException>().WithMessage("*CreateInMemory*");
        blank.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void AddVouchSqliteAuditLog_FromConfiguration_ResolvesTheLog()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Path", Path)]).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchSqliteAuditLog(configuration).BuildServiceProvider();

        provider.GetRequiredService<AuditLog>().Append(Entry(0)).Should().Be(0);

        File.Exists(Path).Should().BeTrue();
    }

    private static byte[] Entry(int i) => Encoding.ASCII.GetBytes($"entry-{i:000}");

    private TreeHead Write(int entries)
    {
        using AuditLog log = AuditLog.Open(SqliteAuditStore.Open(Path));
        log.AppendRange([.. Enumerable.Range(0, entries).Select(i => (ReadOnlyMemory<byte>)Entry(i))]);
        return log.Head;
    }

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
