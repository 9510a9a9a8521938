using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;
using Vouch.Testing;

namespace Vouch.Caching.Tests;

/// <summary>Times to live, absolute and sliding, and that what is past its time leaves memory.</summary>
public sealed class ExpiryTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void TimeToLive_Passed_IsNotServedAndLeavesMemory()
    {
        using VouchCache<int, int> cache = Make(options => options.TimeToLive = TimeSpan.FromSeconds(10));
        cache.Set(1, 1);

        _clock.Advance(TimeSpan.FromMilliseconds(9999));
        cache.TryGet(1, out _).Should().BeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        cache.TryGet(1, out _).Should().BeFalse();

        _clock.Advance(TimeSpan.FromMilliseconds(250));
        cache.Count.Should().Be(0);
        cache.Statistics.Expirations.Should().Be(1);
    }

    [Fact]
    public void SlidingTimeToLive_EachRead_MovesTheEnd()
    {
        using VouchCache<int, int> cache = Make(options => options.SlidingTimeToLive = TimeSpan.FromSeconds(10));
        cache.Set(1, 1);
        for (int i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(9999));
            cache.TryGet(1, out _).Should().BeTrue();
        }

        _clock.Advance(TimeSpan.FromSeconds(10));
        cache.TryGet(1, out _).Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void MaxLifetime_OfSlidingEntries_EndsTheSliding()
    {
        using VouchCache<int, int> cache = Make(options => (options.SlidingTimeToLive, options.MaxLifetime) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25)));
        cache.Set(1, 1);

        foreach (int second in new[] { 8, 16, 24 })
        {
            _clock.SetUtcNow(_clock.Start.AddSeconds(second));
            cache.TryGet(1, out _).Should().BeTrue();
        }

        _clock.SetUtcNow(_clock.Start.AddSeconds(25));
        cache.TryGet(1, out _).Should().BeFalse();
    }

    [Fact]
    public void EntryOptions_OwnTimes_HoldForTheirEntryAlone()
    {
        using VouchCache<string, int> cache = new(null, _clock);
        cache.Set("for ever", 1);
        cache.Set("short", 1, new EntryOptions { TimeToLive = TimeSpan.FromSeconds(1) });
        cache.Set("sliding", 1, new EntryOptions { SlidingTimeToLive = TimeSpan.FromSeconds(2) });

        _clock.Advance(TimeSpan.FromSeconds(1));
        cache.TryGet("short", out _).Should().BeFalse();
        cache.TryGet("sliding", out _).Should().BeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(1999));
        cache.TryGet("sliding", out _).Should().BeTrue();
        _clock.Advance(TimeSpan.FromDays(1000));
        cache.TryGet("sliding", out _).Should().BeFalse();
        cache.TryGet("for ever", out _).Should().BeTrue();
        cache.Count.Should().Be(1);
        _clock.ActiveTimers.Should().Be(0, "nothing is left that could expire");
    }

    [Fact]
    public void Set_OfAnExpiredKey_BeginsANewLife()
    {
        var gone = new List<RemovedEntry<int, int>>();
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().UseTimeProvider(_clock).Configure(options => (options.TimeToLive, options.FailSafe) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)))
            .OnRemoved(gone.Add).Build();
        cache.Set(1, 1);
        _clock.Advance(TimeSpan.FromSeconds(1));

        cache.Set(1, 2).Should().Be(SetOutcome.Added);

        gone.Should().Equal(new RemovedEntry<int, int>(1, 1, RemovalReason.Expired));
        cache.TryGet(1, out int value).Should().BeTrue();
        value.Should().Be(2);
    }

    [Fact]
    public void Jitter_ManyEntries_SpreadsTheirEndsEvenly()
    {
        using VouchCache<int, int> cache = Make(options => (options.TimeToLive, options.Jitter, options.Seed) = (TimeSpan.FromSeconds(100), 0.5, 1));
        for (int key = 0; key < 4000; key++)
        {
            cache.Set(key, key);
        }

        _clock.Advance(TimeSpan.FromSeconds(50));
        cache.ToArray().Should().HaveCount(4000);
        _clock.Advance(TimeSpan.FromSeconds(25));
        cache.ToArray().Length.Should().BeInRange(1850, 2150, "half of 4000, give or take five standard deviations");
        _clock.Advance(TimeSpan.FromSeconds(25));
        cache.ToArray().Should().BeEmpty();
    }

    // Oracle: a plain list of deadlines, looked through at every step.
    [Fact]
    public void Entries_OfRandomTimes_ExpireAndLeaveInTime()
    {
        var random = new Random(5);
        using VouchCache<int, int> cache = Make(options => options.Capacity = 1_000_000);
        var deadlines = new Dictionary<int, long>();
        long now = 0;
        for (int key = 0; key < 3000; key++)
        {
            long life = (long)Math.Pow(10, random.NextDouble() * 10) + 1; // 2 ms to four months
            cache.Set(key, key, new EntryOptions { TimeToLive = TimeSpan.FromMilliseconds(life) });
            deadlines[key] = now + life;
            if (key % 3 == 0)
            {
                long step = (long)Math.Pow(10, random.NextDouble() * 6);
                now += step;
                _clock.Advance(TimeSpan.FromMilliseconds(step));
            }

            int asked = random.Next(key + 1);
            cache.TryGet(asked, out _).Should().Be(deadlines[asked] > now);
        }

        for (int i = 0; i < 400; i++)
        {
            long step = (long)Math.Pow(10, random.NextDouble() * 8.3);
            now += step;
            _clock.Advance(TimeSpan.FromMilliseconds(step));
            int fresh = deadlines.Count(entry => entry.Value > now);
            cache.ToArray().Should().HaveCount(fresh);
            cache.Count.Should().BeInRange(fresh, deadlines.Count(entry => entry.Value > now - 400), "what is past its time leaves within 250 ms and a tick of the wheel");
        }

        _clock.Advance(TimeSpan.FromDays(400));
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void Timer_OfAForgottenCache_LetsItBeCollected()
    {
        WeakReference cache = Forget(_clock);

        for (int i = 0; i < 10 && cache.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        cache.IsAlive.Should().BeFalse();
        _clock.Advance(TimeSpan.FromDays(2));
        _clock.ActiveTimers.Should().Be(0);

        static WeakReference Forget(ManualTimeProvider clock)
        {
            var cache = new VouchCache<int, int>(new CacheOptions { TimeToLive = TimeSpan.FromHours(1) }, clock);
            cache.Set(1, 1);
            return new WeakReference(cache);
        }
    }

    [Fact]
    public void SystemClock_FreshEntries_AreServed()
    {
        using var cache = new VouchCache<int, int>(new CacheOptions { TimeToLive = TimeSpan.FromDays(1) });
        cache.Set(1, 1);
        for (int i = 0; i < 100_000; i++)
        {
            cache.TryGet(1, out _).Should().BeTrue();
        }
    }

    private VouchCache<int, int> Make(Action<CacheOptions> configure)
    {
        var options = new CacheOptions { Capacity = 10_000 };
        configure(options);
        return new VouchCache<int, int>(options, _clock);
    }
}
