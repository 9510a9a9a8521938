using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;
using Vouch.Testing;

namespace Vouch.Caching.Tests;

/// <summary>Storing, finding, making room.</summary>
public sealed class VouchCacheTests
{
    [Fact]
    public void Set_ThenTryGet_GivesTheValue()
    {
        using var cache = new VouchCache<string, int>();

        cache.Set("a", 1).Should().Be(SetOutcome.Added);
        cache.Set("a", 2).Should().Be(SetOutcome.Replaced);

        cache.TryGet("a", out int value).Should().BeTrue();
        value.Should().Be(2);
        cache.TryGet("b", out _).Should().BeFalse();
        cache.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Set_MoreThanCapacity_KeepsTheNewestOfAnLru(int capacity)
    {
        using var cache = new VouchCache<long, long>(new CacheOptions { Capacity = capacity });
        for (long key = 0; key < 3 * capacity; key++)
        {
            cache.Set(key, -key).Should().Be(SetOutcome.Added);
        }

        cache.Count.Should().Be(capacity);
        for (long key = 0; key < 3 * capacity; key++)
        {
            cache.TryGet(key, out long value).Should().Be(key >= 2 * capacity);
            value.Should().Be(key >= 2 * capacity ? -key : 0);
        }

        cache.Statistics.Evictions.Should().Be(2 * capacity);
    }

    [Fact]
    public void Reads_OfAnLru_KeepTheirEntriesIn()
    {
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100 });
        for (int key = 0; key < 1000; key++)
        {
            cache.Set(key, key);
            cache.TryGet(0, out int value).Should().BeTrue();
            value.Should().Be(0);
        }
    }

    [Fact]
    public void Remove_Key_IsGone()
    {
        using var cache = new VouchCache<int, string>();
        cache.Set(1, "one");

        cache.Remove(1, out string? value).Should().BeTrue();
        value.Should().Be("one");
        cache.Remove(1).Should().BeFalse();
        cache.TryGet(1, out _).Should().BeFalse();
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void TimeToLive_Passed_IsNotServedAndLeavesMemory()
    {
        var clock = new ManualTimeProvider();
        using var cache = new VouchCache<int, int>(new CacheOptions { TimeToLive = TimeSpan.FromSeconds(10) }, clock);
        cache.Set(1, 1);

        clock.Advance(TimeSpan.FromMilliseconds(9999));
        cache.TryGet(1, out _).Should().BeTrue();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        cache.TryGet(1, out _).Should().BeFalse();

        clock.Advance(TimeSpan.FromMilliseconds(250));
        cache.Count.Should().Be(0);
        cache.Statistics.Expirations.Should().Be(1);
    }

    [Fact]
    public async Task GetOrAddAsync_ManyCallers_RunsOneFactory()
    {
        using var cache = new VouchCache<int, int>();
        var gate = new TaskCompletionSource();
        int runs = 0;

        Task<int>[] callers = [.. Enumerable.Range(0, 1000).Select(_ => cache.GetOrAddAsync(1, async (key, _) =>
        {
            Interlocked.Increment(ref runs);
            await gate.Task;
            return 7;
        }).AsTask())];
        gate.SetResult();

        (await Task.WhenAll(callers)).Should().OnlyContain(value => value == 7);
        runs.Should().Be(1);
    }

    [Fact]
    public void RemoveByTag_EntriesOfBefore_AreGone()
    {
        using var cache = new VouchCache<int, int>();
        cache.Set(1, 1, new EntryOptions { Tags = ["a", "b"] });
        cache.Set(2, 2, new EntryOptions { Tags = ["b"] });
        cache.Set(3, 3);

        cache.RemoveByTag("a");
        cache.TryGet(1, out _).Should().BeFalse();
        cache.TryGet(2, out _).Should().BeTrue();
        cache.RemoveByTag("b");
        cache.TryGet(2, out _).Should().BeFalse();
        cache.TryGet(3, out _).Should().BeTrue();

        cache.Set(1, 4, new EntryOptions { Tags = ["a"] });
        cache.TryGet(1, out int value).Should().BeTrue();
        value.Should().Be(4);
        cache.Count.Should().Be(2);
    }
}
