using Vouch.Security.RateLimiting;

namespace Vouch.Security.Tests.RateLimiting;

/// <summary>
/// No schedule of threads lets a key have more than its quota. <c>VOUCH_SECURITY_SCHEDULES</c> (default 12) and <c>VOUCH_SECURITY_FLOOD</c> (default 200,000 keys) say how much is tried.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class KeyedRateLimiterSoakTests
{
    private const int Threads = 64;

    [Fact]
    public void Acquire_SeededSchedulesOfManyThreads_NeverGrantsMoreThanTheQuota()
    {
        int schedules = Scale.Of("VOUCH_SECURITY_SCHEDULES", 12);
        for (int seed = 1; seed <= schedules; seed++)
        {
            var random = new Random(seed);
            int keys = random.Next(1, 80);
            int burst = random.Next(1, 12);
            var quota = new RateQuota(random.Next(1, 20), TimeSpan.FromMilliseconds(random.Next(1, 200)), burst);
            var limiter = new KeyedRateLimiter<int>(quota, 16 + random.Next(48));

            // The clock is a number that threads move as they go; each remembers what it was granted and when.
            long clock = TimeSpan.TicksPerSecond;
            var grants = new List<(int Key, int Quantity, long Time)>[Threads];
            var threads = new Thread[Threads];
            using var start = new Barrier(Threads);
            for (int t = 0; t < Threads; t++)
            {
                int thread = t;
                grants[t] = [];
                var own = new Random((seed * 1_000) + t);
                threads[t] = new Thread(() =>
                {
                    start.SignalAndWait();
                    for (int i = 0; i < 150; i++)
                    {
                        long now = Interlocked.Add(ref clock, own.Next(0, 3_000));
                        if (own.Next(8) == 0)
                        {
                            Thread.Yield(); // the reading goes stale
                        }

                        int key = own.Next(keys);
                        int quantity = own.Next(1, 4);
                        if (limiter.Acquire(key, quantity, TimeSpan.FromTicks(now)).IsGranted)
                        {
                            grants[thread].Add((key, quantity, now));
                        }
                    }
                });
                threads[t].Start();
            }

            Array.ForEach(threads, thread => thread.Join());
            RequireConformance(grants.SelectMany(list => list), quota, seed);
        }
    }

    [Fact]
    public void Acquire_FloodOfDistinctKeys_StaysUnderItsMemoryAndGrantsNobodyTooMuch()
    {
        int flood = Scale.Of("VOUCH_SECURITY_FLOOD", 200_000);
        var quota = new RateQuota(5, TimeSpan.FromSeconds(5));
        var limiter = new KeyedRateLimiter<long>(quota, 10_000);
        long memory = limiter.MemoryBytes;
        var grants = new List<(int Key, int Quantity, long Time)>[4];
        long clock = TimeSpan.TicksPerSecond;
        var threads = new Thread[4];
        long before = GC.GetTotalAllocatedBytes();
        for (int t = 0; t < threads.Length; t++)
        {
            int thread = t;
            grants[t] = new List<(int, int, long)>(100_000);
            threads[t] = new Thread(() =>
            {
                for (int i = 0; i < flood / 4; i++)
                {
                    // A new key each 10 us of the clock: 50,000 would owe at once where there is room for 10,000 (13,334 places). In between, twenty regular clients.
                    long now = Interlocked.Add(ref clock, 100);
                    limiter.Acquire(1_000_000 + (((long)i * 4) + thread), 1, TimeSpan.FromTicks(now));
                    if (i % 16 == 0)
                    {
                        int regular = (i / 16) % 20;
                        if (limiter.Acquire(regular, 1, TimeSpan.FromTicks(now)).IsGranted)
                        {
                            grants[thread].Add((regular, 1, now));
                        }
                    }
                }
            });
            threads[t].Start();
        }

        Array.ForEach(threads, thread => thread.Join());

        limiter.MemoryBytes.Should().Be(memory);
        limiter.Count.Should().BeLessThanOrEqualTo(13_344);
        RequireConformance(grants.SelectMany(list => list), quota, 0);
        (GC.GetTotalAllocatedBytes() - before).Should().BeLessThan(flood * 8L + 64_000_000, "nothing is kept for a key of the flood");
    }

    /// <summary>In every window of a key's grants no more was given than the burst and what came back in between.</summary>
    private static void RequireConformance(IEnumerable<(int Key, int Quantity, long Time)> grants, RateQuota quota, int seed)
    {
        double interval = quota.Period.Ticks / (double)quota.Permits;
        foreach (IGrouping<int, (int Key, int Quantity, long Time)> own in grants.GroupBy(grant => grant.Key))
        {
            // The greatest excess over any window, by one pass (a leaky bucket fed by the grants in the order of their times).
            double level = 0;
            long last = 0;
            foreach ((int _, int quantity, long time) in own.OrderBy(grant => grant.Time))
            {
                level = Math.Max(0, level - ((time - last) / interval)) + quantity;
                last = time;
                level.Should().BeLessThanOrEqualTo(quota.Burst + 1e-6, $"of key {own.Key} in schedule {seed}");
            }
        }
    }
}
