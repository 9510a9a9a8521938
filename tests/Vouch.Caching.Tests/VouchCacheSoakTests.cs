using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;

namespace Vouch.Caching.Tests;

/// <summary>Threads at work on one cache: what must hold however they interleave.</summary>
public sealed class VouchCacheSoakTests
{
    private const int Threads = 4;

    // Values are wide structs that carry their key three times: a torn or mixed-up read shows.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_WhileOthersWrite_AreNeverTorn(bool grows)
    {
        using var cache = new VouchCache<(long A, string B, long C), (long X, string Y, long Z, long W)>(new CacheOptions { Capacity = grows ? 100_000 : 64 });
        string[] names = [.. Enumerable.Range(0, grows ? 50_000 : 200).Select(i => $"name {i}")];
        long wrong = 0;
        RunThreads(seed =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 150_000; i++)
            {
                int n = random.Next(grows ? 1 + (i / 3) : names.Length);
                var key = (n, names[n], -n);
                switch (random.Next(8))
                {
                    case 0:
                        cache.Remove(key);
                        break;
                    case < 4:
                        cache.Set(key, (n, names[n], i, n + (long)i));
                        break;
                    default:
                        if (cache.TryGet(key, out (long X, string Y, long Z, long W) value) && (value.X != n || !ReferenceEquals(value.Y, names[n]) || value.W != n + value.Z))
                        {
                            Interlocked.Increment(ref wrong);
                        }

                        break;
                }
            }
        });

        wrong.Should().Be(0);
        cache.Count.Should().BeLessThanOrEqualTo((int)cache.Capacity).And.Be(cache.ToArray().Length);
    }

    [Fact]
    public void Statistics_OfManyThreads_AreExact()
    {
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100 });
        long hits = 0;
        long misses = 0;
        RunThreads(seed =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 100_000; i++)
            {
                int key = random.Next(200);
                if (cache.TryGet(key, out _))
                {
                    Interlocked.Increment(ref hits);
                }
                else
                {
                    Interlocked.Increment(ref misses);
                    cache.Set(key, key);
                }
            }
        });

        cache.Statistics.Hits.Should().Be(hits);
        cache.Statistics.Misses.Should().Be(misses);
        cache.Statistics.Count.Should().Be(cache.Statistics.Additions - cache.Statistics.Evictions);
    }

    // Each entry that came in is either still there or was announced, once.
    [Fact]
    public void Announcements_OfManyThreads_MissNothingAndRepeatNothing()
    {
        long announced = 0;
        long sum = 0;
        using VouchCache<int, long> cache = new VouchCacheBuilder<int, long>().Configure(options => options.Capacity = 100).OnRemoved(entry =>
        {
            Interlocked.Increment(ref announced);
            Interlocked.Add(ref sum, entry.Value);
        }).Build();
        long values = 0;
        long set = 0;
        RunThreads(seed =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 50_000; i++)
            {
                long value = random.NextInt64(1L << 40);
                if (random.Next(10) == 0)
                {
                    cache.Remove(random.Next(300));
                }
                else
                {
                    cache.Set(random.Next(300), value);
                    Interlocked.Add(ref values, value);
                    Interlocked.Increment(ref set);
                }
            }
        });

        KeyValuePair<int, long>[] left = cache.ToArray();
        (announced + left.Length).Should().Be(set);
        (sum + left.Sum(entry => entry.Value)).Should().Be(values);
    }

    // The invariant that users of caches lose most often: after a removal has returned, nobody who asks then gets what was there before.
    [Fact]
    public async Task Removals_AmongLoads_AreNeverUndone()
    {
        using var cache = new VouchCache<int, long>(new CacheOptions { Capacity = 1000 });
        long[] source = new long[8];
        long stale = 0;
        Task[] tasks = [.. Enumerable.Range(0, Threads).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 20_000; i++)
            {
                int key = random.Next(source.Length);
                if (random.Next(6) == 0)
                {
                    long version = Interlocked.Increment(ref source[key]);
                    if (random.Next(2) == 0)
                    {
                        cache.Remove(key);
                    }
                    else
                    {
                        cache.RemoveByTag($"key {key}");
                    }

                    if (cache.TryGet(key, out long seen) && seen < version)
                    {
                        Interlocked.Increment(ref stale);
                    }

                    continue;
                }

                _ = random.Next(3) switch
                {
                    0 => cache.GetOrAdd(key, source, static (key, source) => Volatile.Read(ref source[key]), new EntryOptions { Tags = [$"key {key}"] }),
                    _ => await cache.GetOrAddAsync(key, source, static async (key, source, context, _) =>
                    {
                        context.Tags = [$"key {key}"];
                        long value = Volatile.Read(ref source[key]);
                        if (value % 2 == 0)
                        {
                            await Task.Yield();
                        }

                        return value;
                    }),
                };
            }
        }))];
        await Task.WhenAll(tasks);

        stale.Should().Be(0);
        for (int key = 0; key < source.Length; key++)
        {
            if (cache.TryGet(key, out long value))
            {
                value.Should().Be(source[key], "every change of the source was followed by a removal");
            }
        }
    }

    private static void RunThreads(Action<int> action)
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(seed => new Thread(() =>
        {
            try
            {
                action(seed);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        failure.Should().BeNull();
    }
}
