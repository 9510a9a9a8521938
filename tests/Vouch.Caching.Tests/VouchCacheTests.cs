using Microsoft.Extensions.Options;
using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;

namespace Vouch.Caching.Tests;

/// <summary>Storing, finding, making room, removing.</summary>
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
        using var cache = new VouchCache<long, long>(new CacheOptions { Capacity = capacity, Policy = "LRU" });
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
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100, Policy = "LRU" });
        for (int key = 0; key < 1000; key++)
        {
            cache.Set(key, key);
            cache.TryGet(0, out int value).Should().BeTrue();
            value.Should().Be(0);
        }
    }

    // Each policy may refuse or evict as it likes; what the cache says must be so, and it never holds more than it may.
    [Theory]
    [InlineData(null)]
    [InlineData("LRU")]
    [InlineData("sieve")]
    [InlineData("W-TinyLFU")]
    [InlineData("LIRS")]
    public void Set_OfAnyPolicy_EndsAsItSays(string? policy)
    {
        var random = new Random(1);
        var gone = new List<RemovedEntry<int, int>>();
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().Configure(options => (options.Capacity, options.Policy, options.Seed) = (50, policy, 7)).OnRemoved(gone.Add).Build();
        var model = new Dictionary<int, int>();
        for (int step = 0; step < 20_000; step++)
        {
            int key = random.Next(150);
            gone.Clear();
            switch (random.Next(4))
            {
                case 0:
                    cache.Remove(key).Should().Be(model.Remove(key));
                    break;
                case 1:
                    cache.TryGet(key, out int value).Should().Be(model.TryGetValue(key, out int expected));
                    value.Should().Be(expected);
                    break;
                default:
                    SetOutcome outcome = cache.Set(key, step);
                    bool had = model.Remove(key);
                    outcome.Should().Be(gone.Any(entry => entry.Reason == RemovalReason.Rejected) ? SetOutcome.Rejected : had ? SetOutcome.Replaced : SetOutcome.Added);
                    foreach (RemovedEntry<int, int> entry in gone.Where(entry => entry.Reason == RemovalReason.Evicted))
                    {
                        model.Remove(entry.Key).Should().BeTrue();
                    }

                    if (outcome != SetOutcome.Rejected)
                    {
                        model.Add(key, step);
                    }

                    cache.TryGet(key, out _).Should().Be(outcome != SetOutcome.Rejected);
                    break;
            }

            cache.Count.Should().Be(model.Count).And.BeLessThanOrEqualTo(50);
        }

        cache.ToArray().Should().BeEquivalentTo(model);
        cache.Statistics.Count.Should().Be(cache.Statistics.Additions - cache.Statistics.Evictions - cache.Statistics.Removals);
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
    public void Clear_All_IsGoneAndTheCacheGoesOn()
    {
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100 });
        for (int key = 0; key < 200; key++)
        {
            cache.Set(key, key);
        }

        cache.Clear();
        cache.Count.Should().Be(0);
        cache.Weight.Should().Be(0);
        cache.ToArray().Should().BeEmpty();

        cache.Set(1, 2).Should().Be(SetOutcome.Added);
        cache.TryGet(1, out int value).Should().BeTrue();
        value.Should().Be(2);
    }

    [Fact]
    public void GetOrAdd_MissThenHit_RunsTheFactoryOnce()
    {
        using var cache = new VouchCache<int, string>();
        int runs = 0;

        cache.GetOrAdd(1, key => $"{key}:{++runs}").Should().Be("1:1");
        cache.GetOrAdd(1, key => $"{key}:{++runs}").Should().Be("1:1");
        cache.GetOrAdd(2, "state", (key, state) => $"{key}:{state}").Should().Be("2:state");
        runs.Should().Be(1);
    }

    [Fact]
    public void GetOrAdd_FactorySetsTheKeyItself_GivesWhatWasThereFirst()
    {
        using var cache = new VouchCache<int, int>();

        cache.GetOrAdd(1, key =>
        {
            cache.Set(key, 5);
            return 6;
        }).Should().Be(5);
    }

    [Fact]
    public void GetOrAdd_KeyRemovedWhileTheFactoryRuns_DoesNotStore()
    {
        using var cache = new VouchCache<int, int>();

        cache.GetOrAdd(1, key =>
        {
            cache.Remove(key);
            return 6;
        }).Should().Be(6);

        cache.TryGet(1, out _).Should().BeFalse();
    }

    [Fact]
    public void GetOrAdd_CacheClearedWhileTheFactoryRuns_DoesNotStore()
    {
        using var cache = new VouchCache<int, int>();

        cache.GetOrAdd(1, key =>
        {
            cache.Clear();
            return 6;
        });

        cache.TryGet(1, out _).Should().BeFalse();
    }

    [Fact]
    public void Weights_Sum_StaysWithinCapacity()
    {
        var random = new Random(3);
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().Configure(options => (options.Capacity, options.Policy) = (1000, "LRU")).UseWeigher((_, value) => value).Build();
        for (int i = 0; i < 5000; i++)
        {
            int weight = random.Next(1, 300);
            cache.Set(random.Next(100), weight).Should().NotBe(SetOutcome.TooHeavy);
            cache.Weight.Should().BeLessThanOrEqualTo(1000).And.Be(cache.ToArray().Sum(entry => (long)entry.Value));
        }
    }

    [Fact]
    public void Set_HeavierThanTheCache_IsRefusedAndLeavesNoOldValue()
    {
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().Configure(options => options.Capacity = 10).UseWeigher((_, value) => value).Build();
        cache.Set(1, 4);
        cache.Set(2, 4);

        cache.Set(1, 11).Should().Be(SetOutcome.TooHeavy);

        cache.TryGet(1, out _).Should().BeFalse();
        cache.TryGet(2, out _).Should().BeTrue();
        cache.Weight.Should().Be(4);
    }

    [Fact]
    public void Set_EntryOwnWeight_ComesBeforeTheWeigher()
    {
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().UseWeigher((_, _) => 3).Build();

        cache.Set(1, 1);
        cache.Set(2, 2, new EntryOptions { Weight = 10 });
        cache.Weight.Should().Be(13);
        cache.Set(2, 2);
        cache.Weight.Should().Be(6);
    }

    [Fact]
    public void Set_WeigherSaysLessThanOne_ThrowsAndStoresNothing()
    {
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().UseWeigher((_, _) => 0).Build();

        cache.Invoking(it => it.Set(1, 1)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*weigher*");
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void TryRemove_OnlyTheValueThatIsThere_IsRemoved()
    {
        var gone = new List<RemovedEntry<int, string>>();
        using VouchCache<int, string> cache = new VouchCacheBuilder<int, string>().OnRemoved(gone.Add).Build();
        cache.Set(1, "a");

        cache.TryRemove(1, "b").Should().BeFalse();
        cache.TryRemove(2, "a").Should().BeFalse();
        cache.TryGet(1, out _).Should().BeTrue();
        cache.TryRemove(1, new string('a', 1)).Should().BeTrue("values are compared by their equality");
        cache.TryRemove(1, "a").Should().BeFalse();

        gone.Should().ContainSingle().Which.Should().Be(new RemovedEntry<int, string>(1, "a", RemovalReason.Removed));
        cache.Statistics.Removals.Should().Be(1);
    }

    [Fact]
    public void TryRemove_ManyThreadsOfOneValue_OneOfThemRemovesIt()
    {
        using var cache = new VouchCache<int, int>();
        for (int round = 0; round < 200; round++)
        {
            cache.Set(1, round);
            int removed = 0;

            Parallel.For(0, 4, _ => Interlocked.Add(ref removed, cache.TryRemove(1, round) ? 1 : 0));

            removed.Should().Be(1);
        }
    }

    [Fact]
    public void OnRemoved_ListenersThatThrow_AreLoggedAndKeepNobodyFromHearing()
    {
        var log = new FakeLogger();
        var gone = new List<int>();
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().UseMetrics("tiles").UseLogger(log)
            .OnRemoved(_ => throw new InvalidOperationException("Mine.")).OnRemoved(entry => gone.Add(entry.Key)).Build();
        cache.Set(1, 1);

        cache.Remove(1).Should().BeTrue();

        gone.Should().Equal(1);
        log.Messages.Should().ContainSingle().Which.Should().Contain("tiles").And.Contain("Removed");
    }

    [Fact]
    public void OnRemoved_EachWayOut_IsAnnouncedWithItsReason()
    {
        var gone = new List<RemovedEntry<int, int>>();
        using VouchCache<int, int> cache = new VouchCacheBuilder<int, int>().Configure(options => (options.Capacity, options.Policy) = (2, "LRU"))
            .OnRemoved(entry => gone.Add(entry)).OnRemoved(_ => throw new InvalidOperationException("A listener's failure is its own.")).Build();

        cache.Set(1, 10);
        cache.Set(1, 11);
        cache.Set(2, 20);
        cache.Set(3, 30);
        cache.Remove(2);
        cache.Set(4, 40, new EntryOptions { Weight = 3 });
        cache.Clear();

        gone.Should().Equal(
            new RemovedEntry<int, int>(1, 10, RemovalReason.Replaced),
            new RemovedEntry<int, int>(1, 11, RemovalReason.Evicted),
            new RemovedEntry<int, int>(2, 20, RemovalReason.Removed),
            new RemovedEntry<int, int>(4, 40, RemovalReason.Rejected),
            new RemovedEntry<int, int>(3, 30, RemovalReason.Cleared));
    }

    [Fact]
    public void OnRemoved_ListenerCallsTheCache_DoesNotDeadlock()
    {
        VouchCache<int, int>? cache = null;
        cache = new VouchCacheBuilder<int, int>().OnRemoved(entry => Task.Run(() => cache!.Set(entry.Key + 1, 1)).Wait(TimeSpan.FromSeconds(30)).Should().BeTrue()).Build();
        cache.Set(1, 1);

        cache.Remove(1);

        cache.TryGet(2, out _).Should().BeTrue();
        cache.Dispose();
    }

    [Fact]
    public void Bulk_Calls_DoWhatTheSingleOnesDo()
    {
        using var cache = new VouchCache<string, int>();
        cache.SetMany([new("a", 1), new("b", 2), new("a", 3)]).Should().Be(3);
        int[] values = new int[3];
        bool[] found = new bool[3];

        cache.GetMany(["a", "x", "b"], values, found).Should().Be(2);
        values.Should().Equal(3, 0, 2);
        found.Should().Equal(true, false, true);
        cache.RemoveMany(["a", "x"]).Should().Be(1);
        cache.ToArray().Single().Should().Be(new KeyValuePair<string, int>("b", 2));
        cache.Invoking(it => it.GetMany(["a", "b"], new int[1])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void AlternateLookup_SpansOfCharacters_FindStringKeys()
    {
        using var cache = new VouchCache<string, int>();
        AlternateCacheLookup<ReadOnlySpan<char>, string, int> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        cache.Set("tile/7", 7);

        lookup.TryGet("xtile/7x".AsSpan(1, 6), out int value).Should().BeTrue();
        value.Should().Be(7);
        lookup.TryGet("tile/8", out _).Should().BeFalse();
        lookup.GetOrAdd("tile/8", 1, (key, state) => key.Length + state).Should().Be(7);
        cache.TryGet("tile/8", out _).Should().BeTrue();
        lookup.Set("tile/9", 9).Should().Be(SetOutcome.Added);
        lookup.Remove("tile/9").Should().BeTrue();
        cache.Count.Should().Be(2);
    }

    [Fact]
    public void AlternateLookup_OwnComparer_IsUsed()
    {
        using VouchCache<string, int> cache = new VouchCacheBuilder<string, int>().UseComparer(StringComparer.OrdinalIgnoreCase).Build();
        cache.Set("ABC", 1);

        cache.TryGet("abc", out _).Should().BeTrue();
        cache.GetAlternateLookup<ReadOnlySpan<char>>().TryGet("aBc", out _).Should().BeTrue();
        using var numbers = new VouchCache<int, int>();
        numbers.Invoking(it => it.GetAlternateLookup<ReadOnlySpan<char>>()).Should().Throw<InvalidOperationException>().WithMessage("*Char*");
    }

    [Fact]
    public void Arguments_OutOfRange_AreRefused()
    {
        using var cache = new VouchCache<string, int>();

        cache.Invoking(it => it.TryGet(null!, out _)).Should().Throw<ArgumentNullException>();
        cache.Invoking(it => it.Set("a", 1, new EntryOptions { TimeToLive = TimeSpan.Zero })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*TimeToLive*1 ms*");
        cache.Invoking(it => it.Set("a", 1, new EntryOptions { SlidingTimeToLive = TimeSpan.FromDays(50) })).Should().Throw<ArgumentOutOfRangeException>();
        cache.Invoking(it => it.Set("a", 1, new EntryOptions { Weight = 0 })).Should().Throw<ArgumentOutOfRangeException>();
        cache.Invoking(it => it.Set("a", 1, new EntryOptions { Tags = [null!] })).Should().Throw<ArgumentNullException>();
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        static Action Make(Action<CacheOptions> configure) => () => new VouchCacheBuilder<int, int>().Configure(configure).Build();

        Make(options => options.Capacity = 0).Should().Throw<OptionsValidationException>().WithMessage("*Capacity*");
        Make(options => options.Jitter = 1).Should().Throw<OptionsValidationException>().WithMessage("*Jitter*0.9*");
        Make(options => options.TimeToLive = TimeSpan.Zero).Should().Throw<OptionsValidationException>().WithMessage("*TimeToLive*00:00:00.001*");
        Make(options => options.Policy = "best").Should().Throw<OptionsValidationException>().WithMessage("*best*LRU*");
        Make(options => (options.SoftTimeout, options.HardTimeout, options.FailSafe) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)))
            .Should().Throw<OptionsValidationException>().WithMessage("*SoftTimeout*HardTimeout*");
        Make(options => options.SoftTimeout = TimeSpan.FromSeconds(2)).Should().Throw<OptionsValidationException>().WithMessage("*FailSafe*");
        Make(options => (options.RefreshAhead, options.TimeToLive) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2))).Should().Throw<OptionsValidationException>().WithMessage("*RefreshAhead*");
    }

    private sealed class FakeLogger : Microsoft.Extensions.Logging.ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception) + exception?.Message);
    }

    [Fact]
    public void Clear_WhileOthersRead_TakesAllEntriesAtOnce()
    {
        const int Entries = 2_000;
        for (int round = 0; round < 50; round++)
        {
            using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 2 * Entries });
            for (int key = 0; key < Entries; key++)
            {
                cache.Set(key, key);
            }

            using var begun = new ManualResetEventSlim();
            bool lastIsThere = false;
            var reader = new Thread(() =>
            {
                begun.Set();
                while (cache.TryGet(0, out _))
                {
                }

                lastIsThere = cache.TryGet(Entries - 1, out _);
            });
            reader.Start();
            begun.Wait();
            cache.Clear();
            reader.Join();

            lastIsThere.Should().BeFalse("the first one is gone");
        }
    }
}
