using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;
using Vouch.Caching.Loading;
using Vouch.Testing;

namespace Vouch.Caching.Tests;

/// <summary>Values past their time: stale-while-revalidate, refresh ahead, fail-safe, time-outs; and that what was removed never comes back.</summary>
public sealed class StaleTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StaleWhileRevalidate_PastItsTime_IsReturnedAtOnceAndMadeAnew()
    {
        using VouchCache<int, int> cache = Make(options => options.StaleWhileRevalidate = TimeSpan.FromMinutes(1));
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(15));
        var made = new TaskCompletionSource();
        var gate = new TaskCompletionSource<int>();

        (await cache.GetOrAddAsync(1, (_, _) => { made.SetResult(); return new ValueTask<int>(gate.Task); }, None)).Should().Be(10);
        (await cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("One runs already."), None)).Should().Be(10);
        cache.TryGet(1, out _).Should().BeFalse("TryGet gives fresh values only");
        await made.Task;
        gate.SetResult(11);
        await UntilAsync(() => cache.TryGet(1, out int value) && value == 11);

        cache.Statistics.StaleHits.Should().Be(2);
        cache.Statistics.LoadFailures.Should().Be(0);
    }

    [Fact]
    public async Task StaleWhileRevalidate_LongPastItsTime_IsWaitedFor()
    {
        using VouchCache<int, int> cache = Make(options => options.StaleWhileRevalidate = TimeSpan.FromMinutes(1));
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(70));

        (await cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(11), None)).Should().Be(11);
    }

    [Fact]
    public async Task RefreshAhead_NearTheEnd_MakesAnewInTheBackground()
    {
        using VouchCache<int, int> cache = Make(options => options.RefreshAhead = TimeSpan.FromSeconds(2));
        cache.Set(1, 10);

        _clock.Advance(TimeSpan.FromSeconds(7));
        (await cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("Too early."), None)).Should().Be(10);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(11), None)).Should().Be(10);
        await UntilAsync(() => cache.TryGet(1, out int value) && value == 11);

        _clock.Advance(TimeSpan.FromSeconds(7));
        cache.TryGet(1, out _).Should().BeTrue("its time began anew");
    }

    [Fact]
    public async Task FailSafe_FactoryFails_ReturnsTheLastValueAndRests()
    {
        using VouchCache<int, int> cache = Make(options => (options.FailSafe, options.FailSafeRetryAfter) = (TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)));
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(15));
        int runs = 0;
        ValueTask<int> Fail(int key, CancellationToken token) => throw new InvalidDataException($"Run {++runs}.");

        (await cache.GetOrAddAsync(1, Fail, None)).Should().Be(10);
        (await cache.GetOrAddAsync(1, Fail, None)).Should().Be(10);
        runs.Should().Be(1, "the source is left alone for five seconds");
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await cache.GetOrAddAsync(1, Fail, None)).Should().Be(10);
        runs.Should().Be(2);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await cache.Awaiting(it => it.GetOrAddAsync(1, Fail, None).AsTask()).Should().ThrowAsync<InvalidDataException>("a minute past its time is the limit, however often it was returned");
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("clear")]
    [InlineData("tag")]
    public async Task FailSafe_RemovedWhileTheFactoryRuns_IsNotRevived(string how)
    {
        using VouchCache<int, int> cache = Make(options => options.FailSafe = TimeSpan.FromMinutes(1));
        cache.Set(1, 10, new EntryOptions { Tags = ["tag"] });
        _clock.Advance(TimeSpan.FromSeconds(15));
        var gate = new TaskCompletionSource<int>();
        Task<int> running = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(gate.Task), None).AsTask();

        Remove(cache, how);
        gate.SetException(new InvalidDataException("No."));

        await running.Invoking(it => it).Should().ThrowAsync<InvalidDataException>();
        await cache.Awaiting(it => it.GetOrAddAsync(1, (_, _) => throw new InvalidDataException("No."), None).AsTask()).Should().ThrowAsync<InvalidDataException>();
        cache.Statistics.StaleHits.Should().Be(0);
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("clear")]
    [InlineData("tag")]
    public async Task FailSafe_RemovedBefore_IsNotRevived(string how)
    {
        using VouchCache<int, int> cache = Make(options => (options.FailSafe, options.StaleWhileRevalidate) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        cache.Set(1, 10, new EntryOptions { Tags = ["tag"] });
        _clock.Advance(TimeSpan.FromSeconds(15));

        Remove(cache, how);

        await cache.Awaiting(it => it.GetOrAddAsync(1, (_, _) => throw new InvalidDataException("No."), None).AsTask()).Should().ThrowAsync<InvalidDataException>();
    }

    [Fact]
    public async Task SoftTimeout_LastValueIsThere_ReturnsItAndStoresTheNewOneLater()
    {
        using VouchCache<int, int> cache = Make(options => (options.FailSafe, options.SoftTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100)));
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(15));
        var gate = new TaskCompletionSource<int>();
        Task<int> waits = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(gate.Task), None).AsTask();
        waits.IsCompleted.Should().BeFalse();

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        (await waits).Should().Be(10);
        (await cache.GetOrAddAsync(1, (_, _) => throw new InvalidOperationException("One runs already."), None)).Should().Be(10);
        gate.SetResult(11);
        await UntilAsync(() => cache.TryGet(1, out int value) && value == 11);
    }

    [Fact]
    public async Task SoftTimeout_RemovedAfterIt_LateCallersDoNotGetTheLastValue()
    {
        using VouchCache<int, int> cache = Make(options => (options.FailSafe, options.SoftTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100)));
        cache.Set(1, 10, new EntryOptions { Tags = ["tag"] });
        _clock.Advance(TimeSpan.FromSeconds(15));
        var gate = new TaskCompletionSource<int>();
        Task<int> waits = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(gate.Task), None).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        (await waits).Should().Be(10);

        cache.RemoveByTag("tag");
        Task<int> late = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(12), None).AsTask();
        late.IsCompleted.Should().BeFalse("it waits for the run, whose value may have another tag");
        gate.SetResult(11);

        (await late).Should().Be(11);
    }

    [Fact]
    public async Task HardTimeout_NoLastValue_ThrowsAndStopsTheFactory()
    {
        using VouchCache<int, int> cache = Make(options => options.HardTimeout = TimeSpan.FromSeconds(1));
        var gate = new TaskCompletionSource<int>();
        CancellationToken seen = default;
        Task<int> waits = cache.GetOrAddAsync(1, (_, token) => { seen = token; return new ValueTask<int>(gate.Task); }, None).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(1));

        (await waits.Invoking(it => it).Should().ThrowAsync<FactoryTimeoutException>()).Which.Timeout.Should().Be(TimeSpan.FromSeconds(1));
        seen.IsCancellationRequested.Should().BeTrue();
        gate.SetResult(11);
        cache.TryGet(1, out _).Should().BeFalse("what comes too late is dropped");
        cache.Statistics.LoadFailures.Should().Be(1);
        _clock.ActiveTimers.Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task HardTimeout_LastValueIsThere_ReturnsIt()
    {
        using VouchCache<int, int> cache = Make(options => (options.FailSafe, options.HardTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1)));
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Task<int> waits = cache.GetOrAddAsync(1, (_, _) => new ValueTask<int>(new TaskCompletionSource<int>().Task), None).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(1));

        (await waits).Should().Be(10);
    }

    [Fact]
    public async Task StaleValue_InTheFactory_AllowsConditionalRefresh()
    {
        using VouchCache<int, int> cache = Make(options => options.FailSafe = TimeSpan.FromMinutes(1));
        cache.Set(1, 10);
        _clock.Advance(TimeSpan.FromSeconds(15));

        (await cache.GetOrAddAsync(1, 0, (_, _, context, _) => new ValueTask<int>(context.HasStaleValue ? context.NotModified() : -1), None)).Should().Be(10);
        cache.TryGet(1, out _).Should().BeTrue("it was stored anew");
        (await cache.GetOrAddAsync(2, 0, (_, _, context, _) => new ValueTask<int>(context.HasStaleValue ? context.NotModified() : -1), None)).Should().Be(-1);
        await cache.Awaiting(it => it.GetOrAddAsync(3, 0, (_, _, context, _) => new ValueTask<int>(context.NotModified()), None).AsTask()).Should().ThrowAsync<InvalidOperationException>();
    }

    private static void Remove(VouchCache<int, int> cache, string how)
    {
        switch (how)
        {
            case "remove":
                cache.Remove(1);
                break;
            case "clear":
                cache.Clear();
                break;
            default:
                cache.RemoveByTag("tag");
                break;
        }
    }

    // The background's work is on the pool: it is waited for, not timed.
    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            None.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private VouchCache<int, int> Make(Action<CacheOptions> configure)
    {
        var options = new CacheOptions { TimeToLive = TimeSpan.FromSeconds(10) };
        configure(options);
        return new VouchCache<int, int>(options, _clock);
    }
}
