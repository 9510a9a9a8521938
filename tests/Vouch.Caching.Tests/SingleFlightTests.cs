using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;
using Vouch.Testing;

namespace Vouch.Caching.Tests;

/// <summary>One run of the factory for all who ask.</summary>
public sealed class SingleFlightTests
{
    [Fact]
    public async Task GetOrAddAsync_ThousandCallers_RunsOneFactory()
    {
        using var cache = new VouchCache<int, int>();
        using var patient = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        int runs = 0;

        Task<int>[] callers = [.. Enumerable.Range(0, 1000).Select(i => cache.GetOrAddAsync(1, async (_, _) =>
        {
            Interlocked.Increment(ref runs);
            await gate.Task;
            return 7;
        }, i % 2 == 0 ? patient.Token : default).AsTask())];
        gate.SetResult();

        (await Task.WhenAll(callers)).Should().OnlyContain(value => value == 7);
        runs.Should().Be(1);
        cache.Statistics.Loads.Should().Be(1);
        (await cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("It is there."), TestContext.Current.CancellationToken)).Should().Be(7);
    }

    [Fact]
    public async Task GetOrAddAsync_OneCallerLeaves_TheOthersGetTheValue()
    {
        using var cache = new VouchCache<int, int>();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var gate = new TaskCompletionSource<int>();
        CancellationToken seen = default;

        Task<int> one = cache.GetOrAddAsync(1, (_, token) => { seen = token; return new ValueTask<int>(gate.Task); }, first.Token).AsTask();
        Task<int> two = cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("One runs already."), second.Token).AsTask();
        await first.CancelAsync();

        (await one.Invoking(it => it).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(first.Token);
        seen.IsCancellationRequested.Should().BeFalse();
        gate.SetResult(3);
        (await two).Should().Be(3);
        cache.TryGet(1, out _).Should().BeTrue();
    }

    [Fact]
    public async Task GetOrAddAsync_AllCallersLeave_TheFactoryIsToldToStopAndTheNextRunsAnew()
    {
        using var cache = new VouchCache<int, int>();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var gate = new TaskCompletionSource<int>();
        CancellationToken seen = default;
        Task<int> one = cache.GetOrAddAsync(1, (_, token) => { seen = token; return new ValueTask<int>(gate.Task); }, first.Token).AsTask();
        Task<int> two = cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("One runs already."), second.Token).AsTask();

        await first.CancelAsync();
        await second.CancelAsync();
        seen.IsCancellationRequested.Should().BeTrue();
        (await cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(5), TestContext.Current.CancellationToken)).Should().Be(5);
        gate.SetResult(9);

        cache.TryGet(1, out int value).Should().BeTrue();
        value.Should().Be(5, "what an abandoned factory returns is dropped");
        await FluentActions.Awaiting(() => Task.WhenAll(one, two)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryThrows_AllSeeItOnceAndTheNextRunsAnew()
    {
        using var cache = new VouchCache<int, int>();
        var gate = new TaskCompletionSource<int>();
        Task<int>[] callers = [.. Enumerable.Range(0, 10).Select(_ => cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(gate.Task)).AsTask())];
        var error = new InvalidDataException("No.");

        gate.SetException(error);

        foreach (Task<int> caller in callers)
        {
            (await caller.Invoking(it => it).Should().ThrowAsync<InvalidDataException>()).Which.Should().BeSameAs(error);
        }

        cache.Statistics.LoadFailures.Should().Be(1);
        (await cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(2), TestContext.Current.CancellationToken)).Should().Be(2);
    }

    [Fact]
    public async Task GetOrAddAsync_FactoryThrowsBeforeItsFirstAwait_IsAFaultedTask()
    {
        using var cache = new VouchCache<int, int>();

        ValueTask<int> task = cache.GetOrAddAsync(1, (_, _) => throw new InvalidDataException("No."), TestContext.Current.CancellationToken);

        await task.Invoking(async it => await it).Should().ThrowAsync<InvalidDataException>();
    }

    [Fact]
    public async Task GetOrAddAsync_TokenAlreadyCancelled_RunsNothing()
    {
        using var cache = new VouchCache<int, int>();

        await cache.Awaiting(it => it.GetOrAddAsync(1, (_, _) => throw new InvalidDataException("No."), new CancellationToken(true)).AsTask())
            .Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task GetOrAddAsync_FactorySays_HowTheValueIsKept()
    {
        var clock = new ManualTimeProvider();
        using var cache = new VouchCache<string, string>(null, clock);

        await cache.GetOrAddAsync("short", 0, (_, _, context, _) =>
        {
            (context.TimeToLive, context.Weight, context.Tags) = (TimeSpan.FromSeconds(1), 5, ["t"]);
            return new ValueTask<string>("value");
        }, TestContext.Current.CancellationToken);
        await cache.GetOrAddAsync("not at all", 0, (_, _, context, _) =>
        {
            context.DoNotStore = true;
            return new ValueTask<string>("value");
        }, TestContext.Current.CancellationToken);

        cache.TryGet("not at all", out _).Should().BeFalse();
        cache.TryGet("short", out _).Should().BeTrue();
        cache.Weight.Should().Be(5);
        cache.RemoveByTag("t");
        cache.TryGet("short", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData(0, false, false)]
    [InlineData(2, true, false)]
    public async Task NegativeTimeToLive_NullResults_AreKeptAsItSays(int? seconds, bool atOnce, bool later)
    {
        var clock = new ManualTimeProvider();
        using var cache = new VouchCache<int, string?>(new CacheOptions { TimeToLive = TimeSpan.FromMinutes(1), NegativeTimeToLive = seconds is { } s ? TimeSpan.FromSeconds(s) : null }, clock);

        (await cache.GetOrAddAsync(1, (_, _) => new ValueTask<string?>((string?)null), TestContext.Current.CancellationToken)).Should().BeNull();
        cache.GetOrAdd(2, _ => null).Should().BeNull();

        foreach (int key in new[] { 1, 2 })
        {
            cache.TryGet(key, out _).Should().Be(atOnce);
        }

        clock.Advance(TimeSpan.FromSeconds(2));
        foreach (int key in new[] { 1, 2 })
        {
            cache.TryGet(key, out _).Should().Be(later);
        }
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("clear")]
    [InlineData("set")]
    [InlineData("tag")]
    public async Task Removal_WhileTheFactoryRuns_IsNotUndoneByIt(string how)
    {
        using var cache = new VouchCache<int, int>();
        var gate = new TaskCompletionSource<int>();
        Task<int> early = cache.GetOrAddAsync(1, 0, (_, _, context, _) =>
        {
            context.Tags = ["tag"];
            return new ValueTask<int>(gate.Task);
        }, TestContext.Current.CancellationToken).AsTask();

        switch (how)
        {
            case "remove":
                cache.Remove(1);
                break;
            case "clear":
                cache.Clear();
                break;
            case "set":
                cache.Set(1, 100);
                break;
            default:
                cache.RemoveByTag("tag");
                break;
        }

        Task<int> late = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(200), TestContext.Current.CancellationToken).AsTask();
        gate.SetResult(50);

        (await early).Should().Be(50, "it asked before");
        (await late).Should().Be(how == "set" ? 100 : 200, "it asked after");
        cache.TryGet(1, out int value).Should().BeTrue();
        value.Should().Be(how == "set" ? 100 : 200);
    }

    [Fact]
    public async Task RemoveByTag_OfAnotherTagWhileTheFactoryRuns_DoesNotRunASecond()
    {
        using var cache = new VouchCache<int, int>();
        var gate = new TaskCompletionSource<int>();
        Task<int> early = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(gate.Task), TestContext.Current.CancellationToken).AsTask();
        cache.RemoveByTag("other");

        Task<int> late = cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("One runs already."), TestContext.Current.CancellationToken).AsTask();
        gate.SetResult(50);

        (await early).Should().Be(50);
        (await late).Should().Be(50);
    }

    // Seeded rounds: callers join, some leave; whoever stays gets the value, and one factory ran, unless all had left in between.
    [Fact]
    public async Task GetOrAddAsync_SeededRounds_RunOneFactoryEach()
    {
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100_000 });
        for (int round = 0; round < 10_000; round++)
        {
            var random = new Random(round);
            int runs = 0;
            int callers = random.Next(2, 7);
            bool yields = random.Next(2) == 0;
            using var start = new SemaphoreSlim(0);
            async Task<int> CallAsync()
            {
                await start.WaitAsync();
                return await cache.GetOrAddAsync(round, async (key, _) =>
                {
                    Interlocked.Increment(ref runs);
                    if (yields)
                    {
                        await Task.Yield();
                    }

                    return key;
                });
            }

            Task<int>[] tasks = [.. Enumerable.Range(0, callers).Select(_ => CallAsync())];
            start.Release(callers);
            (await Task.WhenAll(tasks)).Should().OnlyContain(value => value == round, "round {0}", round);
            runs.Should().Be(1, "round {0}", round);
        }
    }

    [Fact]
    public async Task GetOrAddAsync_SeededRoundsWithLeavers_NeverHarmThoseWhoStay()
    {
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100_000 });
        for (int round = 0; round < 2_000; round++)
        {
            var random = new Random(round);
            int runs = 0;
            CancellationTokenSource[] leavers = [.. Enumerable.Range(0, 3).Select(_ => new CancellationTokenSource())];
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            async ValueTask<int> MakeAsync(int key, CancellationToken token)
            {
                Interlocked.Increment(ref runs);
                await gate.Task.WaitAsync(token);
                return key;
            }

            Task<int> stays = cache.GetOrAddAsync(round, MakeAsync, TestContext.Current.CancellationToken).AsTask();
            Task<int>[] leave = [.. leavers.Select(leaver => cache.GetOrAddAsync(round, MakeAsync, leaver.Token).AsTask())];
            Task cancel = Task.WhenAll(leavers.Select(leaver => Task.Run(leaver.Cancel)));
            if (random.Next(2) == 0)
            {
                gate.SetResult();
                await cancel;
            }
            else
            {
                await cancel;
                gate.SetResult();
            }

            (await stays).Should().Be(round);
            runs.Should().Be(1);
            foreach (Task<int> task in leave)
            {
                try
                {
                    (await task).Should().Be(round);
                }
                catch (OperationCanceledException)
                {
                }
            }

            Array.ForEach(leavers, leaver => leaver.Dispose());
        }
    }

    [Fact]
    public async Task Memoize_Function_RemembersItsResults()
    {
        using var cache = new VouchCache<string, int>();
        int runs = 0;
        Func<Uri, CancellationToken, ValueTask<int>> length = cache.Memoize<Uri>(uri => uri.AbsolutePath, (uri, _) => new ValueTask<int>(uri.AbsolutePath.Length + (100 * ++runs)), new EntryOptions { Tags = ["pages"] });

        (await length(new Uri("http://a/x"), default)).Should().Be(102);
        (await length(new Uri("http://b/x"), default)).Should().Be(102);
        (await length(new Uri("http://b/xy"), default)).Should().Be(203);
        cache.RemoveByTag("pages");
        (await length(new Uri("http://a/x"), default)).Should().Be(302);
    }
}
