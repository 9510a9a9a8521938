using System.Buffers.Binary;
using Vouch.Caching.Persistence;

namespace Vouch.Caching.Tests.Persistence;

/// <summary>Many threads on a cache whose segments come and go under them: invariants, not timing.</summary>
public sealed class PersistentCacheSoakTests
{
    [Fact]
    public async Task ManyThreads_EveryReadIsAValueOfItsKey_AndNeverAnOlderOneThanSeenBefore()
    {
        using var folder = new CacheFolder();
        using var cache = new PersistentCache(folder.Options(1 << 20, 64 << 10));
        int[] versions = new int[64];
        long hits = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            int[] seen = new int[versions.Length];
            byte[] value = new byte[2_000];
            for (int i = 0; i < 8_000; i++)
            {
                int key = random.Next(versions.Length);
                byte[] keyBytes = BitConverter.GetBytes(key);

                // Each worker writes the keys of its own; everyone reads all.
                if (key % 4 == worker && random.Next(2) == 0)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(value, key);
                    BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(4), ++versions[key]);
                    cache.Set(keyBytes, value.AsSpan(0, 8 + random.Next(1_990)));
                }
                else if (cache.Get(keyBytes) is { } found)
                {
                    BinaryPrimitives.ReadInt32LittleEndian(found).Should().Be(key);
                    int version = BinaryPrimitives.ReadInt32LittleEndian(found.AsSpan(4));
                    version.Should().BeGreaterThanOrEqualTo(seen[key]);
                    seen[key] = version;
                    Interlocked.Increment(ref hits);
                }
            }
        })));

        hits.Should().BePositive();
        cache.Statistics.DamagedReads.Should().Be(0);
    }
}
