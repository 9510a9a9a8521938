using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Sqlite;

namespace Vouch.Benchmarks.TrustEngine;

/// <summary>Appending 200-byte entries. The baseline is what no Merkle log can do without: one SHA-256 of the entry and one of a node per entry.</summary>
[MemoryDiagnoser]
public class AuditLogBenchmarks
{
    private const int Batch = 10_000;
    private readonly byte[] _entry = new byte[200];
    private readonly byte[] _node = new byte[65];
    private readonly byte[] _hash = new byte[32];
    private readonly ReadOnlyMemory<byte>[] _entries = new ReadOnlyMemory<byte>[Batch];
    private string _folder = "";
    private AuditLog _log = AuditLog.CreateInMemory();

    [GlobalSetup]
    public void Setup()
    {
        new Random(1).NextBytes(_entry);
        Array.Fill(_entries, _entry);
        _folder = Directory.CreateTempSubdirectory("vouch-benchmark-").FullName;
    }

    [IterationSetup(Target = nameof(Memory))]
    public void OpenMemory() => _log = AuditLog.CreateInMemory();

    [IterationSetup(Targets = [nameof(File), nameof(FileRangeDurable)])]
    public void OpenFile() => _log = AuditLog.Open(Path.Combine(_folder, Path.GetRandomFileName()));

    [IterationSetup(Target = nameof(FileDurableAsync))]
    public void OpenDurableFile() =>
        _log = AuditLog.Open(Path.Combine(_folder, Path.GetRandomFileName()), new AuditLogOptions { Durability = AuditDurability.EveryAppend });

    [IterationSetup(Target = nameof(SqliteRangeDurable))]
    public void OpenSqlite() => _log = AuditLog.Open(SqliteAuditStore.Open(Path.Combine(_folder, Path.GetRandomFileName())));

    [IterationCleanup]
    public void Close() => _log.Dispose();

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public void TwoHashes()
    {
        for (int i = 0; i < Batch; i++)
        {
            SHA256.HashData(_entry, _hash);
            SHA256.HashData(_node, _hash);
        }
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public long Memory() => AppendAll();

    [Benchmark(OperationsPerInvoke = Batch)]
    public long File() => AppendAll();

    /// <summary>1,000 callers at once, each waiting until its entry is on the disk.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public Task FileDurableAsync() => Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(async () =>
    {
        for (int i = 0; i < Batch / 1000; i++)
        {
            await _log.AppendAsync(_entry);
        }
    })));

    [Benchmark(OperationsPerInvoke = Batch)]
    public long FileRangeDurable() => AppendRanges();

    [Benchmark(OperationsPerInvoke = Batch)]
    public long SqliteRangeDurable() => AppendRanges();

    private long AppendRanges()
    {
        long first = 0;
        for (int start = 0; start < Batch; start += 1000)
        {
            first = _log.AppendRange(new ArraySegment<ReadOnlyMemory<byte>>(_entries, start, 1000));
            _log.Flush();
        }

        return first;
    }

    private long AppendAll()
    {
        long index = 0;
        for (int i = 0; i < Batch; i++)
        {
            index = _log.Append(_entry);
        }

        // Hashing is part of it, also of the last few.
        return index + _log.Head.Size;
    }
}
