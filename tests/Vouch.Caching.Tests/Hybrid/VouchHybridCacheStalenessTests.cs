using Vouch.Caching.Backplane;
using Vouch.Caching.Hybrid;
using Vouch.Testing;

namespace Vouch.Caching.Tests.Hybrid;

/// <summary>Values past their time stand in for newer ones where the options say so, and never after a removal.</summary>
public sealed class VouchHybridCacheStalenessTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<VouchHybridCache> _nodes = [];
    private int _made;
    private bool _fails;

    public void Dispose() => _nodes.ForEach(static node => node.Dispose());

    [Fact]
    public async Task StaleWhileRevalidate_PastItsTime_ReturnsTheOldValueAtOnceAndTheNewOneAfterwards()
    {
        VouchHybridCache cache = Node(options => options.StaleWhileRevalidate = TimeSpan.FromMinutes(1));
        (await GetAsync(cache)).Should().Be(1);
        _clock.Advance(TimeSpan.FromMinutes(5.5));

        (await GetAsync(cache)).Should().Be(1);
        await cache.WhenIdleAsync();
        (await GetAsync(cache)).Should().Be(2);

        _clock.Advance(TimeSpan.FromMinutes(6.5));
        (await GetAsync(cache)).Should().Be(3, "it was past its time for longer than a minute");
    }

    [Fact]
    public async Task StaleWhileRevalidate_MakingFails_ReturnsTheOldValueAndRestsBeforeTheNextAttempt()
    {
        VouchHybridCache cache = Node(options => options.StaleWhileRevalidate = TimeSpan.FromMinutes(1));
        await GetAsync(cache);
        _clock.Advance(TimeSpan.FromMinutes(5.1));
        _fails = true;

        for (int i = 0; i < 5; i++)
        {
            (await GetAsync(cache)).Should().Be(1);
            await cache.WhenIdleAsync();
        }

        _made.Should().Be(2, "one attempt was made");
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await GetAsync(cache)).Should().Be(1);
        await cache.WhenIdleAsync();
        _made.Should().Be(3);
    }

    [Fact]
    public async Task FailSafe_MakingFails_ReturnsTheOldValueUntilItsTimeIsOver()
    {
        VouchHybridCache cache = Node(options => options.FailSafe = TimeSpan.FromHours(1));
        await GetAsync(cache);
        _clock.Advance(TimeSpan.FromMinutes(30));
        _fails = true;

        (await GetAsync(cache)).Should().Be(1);
        (await GetAsync(cache)).Should().Be(1);
        _made.Should().Be(2, "after a failure there is a rest");

        _clock.Advance(TimeSpan.FromMinutes(40));
        await cache.Invoking(it => GetAsync(it).AsTask()).Should().ThrowAsync<TimeoutException>();
        _fails = false;
        (await GetAsync(cache)).Should().Be(4);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("tag")]
    [InlineData("*")]
    public async Task Removed_OnAnotherNode_IsNeitherServedPastItsTimeNorRevived(string what)
    {
        var backplane = new MemoryBackplane();
        VouchHybridCache cache = Node(options => (options.FailSafe, options.StaleWhileRevalidate) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1)), backplane);
        VouchHybridCache other = Node(_ => { }, backplane);
        await cache.WhenIdleAsync();
        (await GetAsync(cache)).Should().Be(1);
        _clock.Advance(TimeSpan.FromMinutes(30));
        await cache.WhenIdleAsync();
        (await GetAsync(cache)).Should().Be(1);
        _fails = true;
        await cache.WhenIdleAsync();

        await (what == "key" ? other.RemoveAsync("key") : other.RemoveByTagAsync(what));

        await cache.WhenIdleAsync();
        await cache.Invoking(it => GetAsync(it).AsTask()).Should().ThrowAsync<TimeoutException>();
    }

    [Fact]
    public async Task FailSafe_CallerLeaves_IsTheCallersOwnCancellation()
    {
        VouchHybridCache cache = Node(options => options.FailSafe = TimeSpan.FromHours(1));
        await GetAsync(cache);
        _clock.Advance(TimeSpan.FromMinutes(30));
        using var leaving = new CancellationTokenSource();

        Task<int> call = cache.GetOrCreateAsync<int>("key", async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 9;
        }, cancellationToken: leaving.Token).AsTask();
        await leaving.CancelAsync();

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
    }

    private VouchHybridCache Node(Action<VouchHybridCacheOptions> configure, ICacheBackplane? backplane = null)
    {
        var options = new VouchHybridCacheOptions();
        configure(options);
        var node = new VouchHybridCache(options, null, backplane, timeProvider: _clock);
        _nodes.Add(node);
        return node;
    }

    private ValueTask<int> GetAsync(VouchHybridCache cache) => cache.GetOrCreateAsync(
        "key",
        _ =>
        {
            int made = Interlocked.Increment(ref _made);
            return _fails ? throw new TimeoutException("The source is down.") : ValueTask.FromResult(made);
        },
        tags: ["tag"]);
}
