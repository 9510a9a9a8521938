using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Vouch.Caching.Persistence;

namespace Vouch.Benchmarks.Caching;

/// <summary>A warm restart with a million entries of 1 KiB: by the segments' summaries, and by reading the segments where the summaries are gone.</summary>
[MemoryDiagnoser]
public class PersistentRestartBenchmarks
{
    private const int Entries = 1_000_000;
    private string _folder = null!;

    [Params(true, false)]
    public bool Summaries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("vouch-bench-").FullName;
        using PersistentCache cache = Open();
        byte[] key = new byte[8];
        byte[] value = new byte[1024];
        for (int i = 0; i < Entries; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(key, i);
            cache.Set(key, value);
        }
    }

    [IterationSetup]
    public void Arrange()
    {
        foreach (string summary in Summaries ? [] : Directory.GetFiles(_folder, "*.sum"))
        {
            File.Delete(summary);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public long Restart()
    {
        using PersistentCache cache = Open();
        return cache.Count == Entries ? cache.Count : throw new InvalidOperationException($"{cache.Count} entries came back.");
    }

    private PersistentCache Open() => new(new PersistentCacheOptions { Folder = _folder, MaxBytes = 3L << 29 });
}
