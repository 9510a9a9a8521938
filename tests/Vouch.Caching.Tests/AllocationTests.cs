using Vouch.Caching.Configuration;

namespace Vouch.Caching.Tests;

/// <summary>What a call allocates.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Hits_AllocateNothing(bool timed, bool sliding)
    {
        using var cache = new VouchCache<string, string>(new CacheOptions { TimeToLive = timed ? TimeSpan.FromHours(1) : null, SlidingTimeToLive = sliding ? TimeSpan.FromHours(1) : null });
        AlternateCacheLookup<ReadOnlySpan<char>, string, string> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        cache.Set("key", "value");

        Allocations.Of(() =>
        {
            _ = cache.TryGet("key", out _) && cache.GetOrAdd("key", static key => key).Length == 5 && lookup.TryGet("key", out _);
            Take(cache.GetOrAddAsync("key", static (key, _) => new ValueTask<string>(key)));
        }).Should().Be(0);
    }

    [Fact]
    public void Misses_OfAFullCache_AllocateNothing()
    {
        using var cache = new VouchCache<long, long>(new CacheOptions { Capacity = 1000, TimeToLive = TimeSpan.FromHours(1) });
        long key = 0;
        for (; key < 100_000; key++)
        {
            cache.GetOrAdd(key, static key => key);
        }

        Allocations.Of(() => cache.GetOrAdd(key++, static key => key), 10_000).Should().Be(0);
    }

    [Fact]
    public void Waiters_OfAFlight_AllocateLessThan250BytesEach()
    {
        using var cache = new VouchCache<int, int>();
        using var leave = new CancellationTokenSource();
        var gate = new TaskCompletionSource<int>();
        ValueTask<int>[] waiters = new ValueTask<int>[2000];
        Func<int, CancellationToken, ValueTask<int>> factory = (_, _) => new ValueTask<int>(gate.Task);
        for (int i = 0; i < 1000; i++)
        {
            Keep(ref waiters[i], cache.GetOrAddAsync(1, factory, leave.Token));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1000; i < 2000; i++)
        {
            Keep(ref waiters[i], cache.GetOrAddAsync(1, factory, leave.Token));
        }

        ((GC.GetAllocatedBytesForCurrentThread() - before) / 1000).Should().BeLessThanOrEqualTo(250);
        gate.SetResult(1);
    }

    private static void Take(ValueTask<string> task) => Assert.True(task.IsCompletedSuccessfully);

    private static void Keep(ref ValueTask<int> place, ValueTask<int> task) => place = task;
}
