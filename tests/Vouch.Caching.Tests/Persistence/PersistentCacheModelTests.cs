using Vouch.Caching.Persistence;
using Vouch.Testing;

namespace Vouch.Caching.Tests.Persistence;

/// <summary>Random steps beside a dictionary: with room, the cache is the dictionary; without, it may have forgotten and is never wrong.</summary>
public sealed class PersistentCacheModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void WithRoom_IsADictionary_ThroughRestarts(int seed)
    {
        using var folder = new CacheFolder();
        Run(folder.Options(64 << 20, 64 << 10), seed, keys: 300, steps: 12_000, mayForget: false);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void WithoutRoom_ForgetsAndIsNeverWrong_WithinItsBound(int seed)
    {
        using var folder = new CacheFolder();
        PersistentCacheOptions options = folder.Options(1 << 20, 64 << 10);

        Run(options, seed, keys: 2_000, steps: 20_000, mayForget: true);

        Directory.GetFiles(folder.Path).Sum(file => new FileInfo(file).Length).Should().BeLessThanOrEqualTo(options.MaxBytes);
    }

    [Fact]
    public void ReadEntries_OutliveUnreadOnes_WhenRoomIsNeeded()
    {
        using var folder = new CacheFolder();
        using var cache = new PersistentCache(folder.Options(4 << 20, 128 << 10));
        byte[] value = new byte[1000];
        for (int i = 0; i < 40_000; i++)
        {
            cache.Set(BitConverter.GetBytes(i), value);
            cache.Get(BitConverter.GetBytes(i % 200));
        }

        int read = Enumerable.Range(0, 200).Count(i => cache.Get(BitConverter.GetBytes(i)) is not null);
        int unread = Enumerable.Range(200, 200).Count(i => cache.Get(BitConverter.GetBytes(i)) is not null);

        read.Should().Be(200, "they were read all the time");
        unread.Should().Be(0);
        cache.Count.Should().BeGreaterThan(2_000, "most of the disk holds entries, not garbage");
        cache.Statistics.Evictions.Should().BePositive();
    }

    [Fact]
    public void HalfFull_Overwriting_ForgetsNothing()
    {
        using var folder = new CacheFolder();
        using var cache = new PersistentCache(folder.Options(4 << 20, 128 << 10));
        var random = new Random(9);
        int[] versions = new int[1_000];
        for (int i = 0; i < 60_000; i++)
        {
            // Half of the entries are written over and over; the others never again.
            int key = i < versions.Length ? i : random.Next(versions.Length / 2);
            versions[key] = i;
            byte[] value = new byte[1_000];
            BitConverter.TryWriteBytes(value, i);
            cache.Set(BitConverter.GetBytes(key), value);
        }

        Enumerable.Range(0, versions.Length).Select(key => cache.Get(BitConverter.GetBytes(key)) is { } value ? BitConverter.ToInt32(value) : -1)
            .Should().Equal(versions);
        cache.Statistics.Copies.Should().BePositive();
        cache.Statistics.Evictions.Should().Be(0);
    }

    private static void Run(PersistentCacheOptions options, int seed, int keys, int steps, bool mayForget)
    {
        var random = new Random(seed);
        var clock = new ManualTimeProvider();
        var model = new Dictionary<int, (byte[] Value, DateTimeOffset End)>();
        PersistentCache cache = new(options, clock);
        int hits = 0;
        for (int step = 0; step < steps; step++)
        {
            int key = random.Next(keys);
            byte[] keyBytes = BitConverter.GetBytes(key);
            switch (random.Next(1000))
            {
                case < 450:
                    byte[] value = new byte[random.Next(30) == 0 ? random.Next(20_000) : random.Next(500)];
                    random.NextBytes(value);
                    DateTimeOffset end = random.Next(4) == 0 ? clock.GetUtcNow().AddMilliseconds(random.Next(1, 20_000)) : DateTimeOffset.MaxValue;
                    cache.Set(keyBytes, value, end == DateTimeOffset.MaxValue ? null : end);
                    model[key] = (value, end);
                    break;
                case < 900:
                    byte[]? found = cache.Get(keyBytes);
                    byte[]? expected = model.TryGetValue(key, out (byte[] Value, DateTimeOffset End) entry) && entry.End > clock.GetUtcNow() ? entry.Value : null;
                    if (found is not null || !mayForget)
                    {
                        found.Should().Equal(expected, $"step {step}, key {key}");
                        hits++;
                    }

                    break;
                case < 980:
                    cache.Remove(keyBytes);
                    model.Remove(key);
                    break;
                case < 996:
                    clock.Advance(TimeSpan.FromMilliseconds(random.Next(2_000)));
                    break;
                case < 997:
                    cache.Clear();
                    model.Clear();
                    break;
                default:
                    cache.Dispose();
                    cache = new PersistentCache(options, clock);
                    cache.Recovery.DamagedRecords.Should().Be(0);
                    break;
            }
        }

        hits.Should().BeGreaterThan(steps / 20);
        cache.Dispose();
    }
}
