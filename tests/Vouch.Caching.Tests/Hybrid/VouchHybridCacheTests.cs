using System.ComponentModel;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Caching.Backplane;
using Vouch.Caching.Hybrid;
using Vouch.Caching.Persistence;
using Vouch.Caching.Tests.Persistence;
using Vouch.Core.Policy;
using Vouch.Testing;

namespace Vouch.Caching.Tests.Hybrid;

/// <summary>The documented behaviour of HybridCache, and what this one promises beyond it. The shared tier is a persistent cache.</summary>
public sealed class VouchHybridCacheTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CacheFolder _folder = new();
    private readonly PersistentCache _shared;
    private readonly List<VouchHybridCache> _nodes = [];
    private int _made;

    public VouchHybridCacheTests() => _shared = new PersistentCache(_folder.Options(), _clock);

    public void Dispose()
    {
        _nodes.ForEach(static node => node.Dispose());
        _shared.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task GetOrCreate_SecondCall_IsServedFromMemory_AndAnotherNode_FromTheSharedTier()
    {
        VouchHybridCache one = Node();
        VouchHybridCache two = Node();

        (await GetAsync(one)).Should().Be(1);
        (await GetAsync(one)).Should().Be(1);
        await one.WhenIdleAsync();
        (await GetAsync(two)).Should().Be(1);
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead, 1)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheRead, 1)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead, 2)]
    [InlineData(HybridCacheEntryFlags.DisableUnderlyingData, 1)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache | HybridCacheEntryFlags.DisableUnderlyingData, 0)]
    public async Task ReadFlags_AreHonoured(HybridCacheEntryFlags flags, int expected)
    {
        VouchHybridCache cache = Node();
        await GetAsync(cache);
        await cache.WhenIdleAsync();

        (await GetAsync(cache, new HybridCacheEntryOptions { Flags = flags })).Should().Be(expected);
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheWrite, 1, 1)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheWrite, 1, 2)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite, 2, 3)]
    public async Task WriteFlags_AreHonoured(HybridCacheEntryFlags flags, int again, int elsewhere)
    {
        VouchHybridCache cache = Node();
        await GetAsync(cache, new HybridCacheEntryOptions { Flags = flags });
        await cache.WhenIdleAsync();

        (await GetAsync(cache, new HybridCacheEntryOptions { Flags = flags })).Should().Be(again);
        (await GetAsync(Node())).Should().Be(elsewhere);
    }

    [Fact]
    public async Task Expirations_LocalEndsFirst_AndNeverOutlivesTheSharedOne()
    {
        var options = new HybridCacheEntryOptions { Expiration = TimeSpan.FromMinutes(10), LocalCacheExpiration = TimeSpan.FromMinutes(1) };
        VouchHybridCache one = Node();
        await GetAsync(one, options);
        await one.WhenIdleAsync();
        _shared.Remove("key");

        _clock.Advance(TimeSpan.FromSeconds(59));
        (await GetAsync(one, options)).Should().Be(1);
        _clock.Advance(TimeSpan.FromSeconds(2));
        (await GetAsync(one, options)).Should().Be(2);
        await one.WhenIdleAsync();

        // Read from the shared tier shortly before its end: memory must not start its own time anew.
        _clock.Advance(TimeSpan.FromMinutes(9.5));
        VouchHybridCache late = Node();
        (await GetAsync(late, options)).Should().Be(2);
        _clock.Advance(TimeSpan.FromSeconds(31));
        (await GetAsync(late, options)).Should().Be(3);
    }

    [Fact]
    public async Task Factory_OneRunForAllWhoWait_AndItsExceptionIsSharedAndNotCached()
    {
        VouchHybridCache cache = Node();
        var gate = new TaskCompletionSource<int>();
        int runs = 0;
        Task<int>[] callers = [.. Enumerable.Range(0, 100).Select(_ => cache.GetOrCreateAsync("key", async _ =>
        {
            runs++;
            return await gate.Task;
        }).AsTask())];

        gate.SetException(new InvalidOperationException("down"));

        foreach (Task<int> caller in callers)
        {
            await caller.Invoking(task => task).Should().ThrowAsync<InvalidOperationException>();
        }

        runs.Should().Be(1);
        (await GetAsync(cache)).Should().Be(1);
    }

    [Fact]
    public async Task CancelledCaller_LeavesTheOthersAlone_TheLastOneCancelsTheFactory()
    {
        VouchHybridCache cache = Node();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        ValueTask<int> Call(CancellationToken token) => cache.GetOrCreateAsync("key", async cancel =>
        {
            cancel.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, cancel);
            return 1;
        }, cancellationToken: token);
        Task<int> one = Call(first.Token).AsTask();
        Task<int> two = Call(second.Token).AsTask();

        await first.CancelAsync();
        await one.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        cancelled.Task.IsCompleted.Should().BeFalse();
        await second.CancelAsync();
        await two.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task RemoveDuringAFactoryRun_WhoAsksAfterwardsGetsANewRun_AndTheOldResultIsNotKept()
    {
        VouchHybridCache cache = Node();
        var gate = new TaskCompletionSource<int>();
        Task<int> before = cache.GetOrCreateAsync("key", async _ => await gate.Task).AsTask();

        await cache.RemoveAsync("key");
        int after = await cache.GetOrCreateAsync("key", static _ => ValueTask.FromResult(2));
        gate.SetResult(1);

        (await before).Should().Be(1);
        after.Should().Be(2);
        (await cache.GetOrCreateAsync("key", static _ => ValueTask.FromResult(3))).Should().Be(2);
    }

    [Fact]
    public async Task RemoveByTag_TakesOutWhatWasMadeBefore_InBothTiers_AndNotWhatIsMadeAfter()
    {
        VouchHybridCache one = Node();
        await one.GetOrCreateAsync("tagged", static _ => ValueTask.FromResult(1), tags: ["t"]);
        await one.GetOrCreateAsync("other", static _ => ValueTask.FromResult(1), tags: ["u"]);
        await one.WhenIdleAsync();

        await one.RemoveByTagAsync("t");

        (await one.GetOrCreateAsync("tagged", static _ => ValueTask.FromResult(2), tags: ["t"])).Should().Be(2);
        (await one.GetOrCreateAsync("tagged", static _ => ValueTask.FromResult(3), tags: ["t"])).Should().Be(2);
        (await one.GetOrCreateAsync("other", static _ => ValueTask.FromResult(2), tags: ["u"])).Should().Be(1);
        await one.RemoveByTagAsync("*");
        (await Node().GetOrCreateAsync("other", static _ => ValueTask.FromResult(4), tags: ["u"])).Should().Be(4, "a node that was not there learns of it from the shared tier");
    }

    [Fact]
    public async Task MutableValues_AreNotSharedBetweenCallers_ImmutableOnesAre()
    {
        VouchHybridCache cache = Node();
        List<int> first = await cache.GetOrCreateAsync("list", static _ => ValueTask.FromResult(new List<int> { 1 }));
        first.Add(2);
        Frozen frozen = await cache.GetOrCreateAsync("frozen", static _ => ValueTask.FromResult(new Frozen(7)));

        (await cache.GetOrCreateAsync("list", static _ => ValueTask.FromResult(new List<int>()))).Should().Equal(1);
        (await cache.GetOrCreateAsync("frozen", static _ => ValueTask.FromResult(new Frozen(8)))).Should().BeSameAs(frozen);
    }

    [Fact]
    public async Task Policy_ValuesMadeUnderAnother_AreMadeAnew()
    {
        VouchHybridCache one = Node(policy: PolicyDigest.OfJson("1"u8).Value);
        await GetAsync(one);
        await one.WhenIdleAsync();

        (await GetAsync(Node(policy: PolicyDigest.OfJson("2"u8).Value))).Should().Be(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unpaired")]
    [InlineData("\u0001tag:t")]
    public async Task KeysThatCannotBeKept_AreNotCached(string key)
    {
        VouchHybridCache cache = Node();
        key = key == "unpaired" ? "\ud800" : key; // an attribute cannot carry it

        (await cache.GetOrCreateAsync(key, static _ => ValueTask.FromResult(1))).Should().Be(1);
        (await cache.GetOrCreateAsync(key, static _ => ValueTask.FromResult(2))).Should().Be(2);
    }

    [Fact]
    public async Task Set_TakesThePlaceOnEveryNode()
    {
        var backplane = new MemoryBackplane();
        VouchHybridCache one = Node(backplane);
        VouchHybridCache two = Node(backplane);
        await GetAsync(one);
        await one.WhenIdleAsync();
        await GetAsync(two);

        await one.SetAsync("key", 40);

        (await GetAsync(two)).Should().Be(40);
        (await GetAsync(one)).Should().Be(40);
    }

    [Fact]
    public async Task Registration_SwapsTheHostsHybridCacheIn()
    {
        var services = new ServiceCollection();
        services.AddVouchPersistentCache(options => options.Folder = Path.Combine(_folder.Path, "host"));
        services.AddVouchHybridCache().AddVouchHybridCache(options => options.KeyPrefix = "app:");
        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        HybridCache cache = provider.GetRequiredService<HybridCache>();

        cache.Should().BeOfType<VouchHybridCache>();
        (await cache.GetOrCreateAsync("key", static _ => ValueTask.FromResult("value"))).Should().Be("value");
    }

    [Fact]
    public void Options_HeartbeatBeyondTheLease_IsRefused() =>
        FluentActions.Invoking(() => new VouchHybridCache(new VouchHybridCacheOptions { Coherence = new CoherenceOptions { Lease = TimeSpan.FromSeconds(1) } }))
            .Should().Throw<OptionsValidationException>().WithMessage("*HeartbeatInterval*Lease*");

    // A server that lost its log goes on with later positions, and the node that removes has not heard of it. Who comes after the removal has left the log must learn of it from the marker.
    [Fact]
    public async Task RemoveByTag_InALogBegunAnew_ReachesNodesThatComeLater()
    {
        var backplane = new ForgetfulBackplane();
        VouchHybridCache remover = Node(backplane);
        await remover.WhenIdleAsync();
        backplane.BeginAnew();
        VouchHybridCache maker = Node(backplane);
        await maker.WhenIdleAsync();
        await maker.GetOrCreateAsync("key", static _ => ValueTask.FromResult(1), tags: ["tag"]);
        await maker.WhenIdleAsync();

        await remover.RemoveByTagAsync("tag");

        backplane.Trim();
        VouchHybridCache late = Node(backplane);
        await late.WhenIdleAsync();
        (await late.GetOrCreateAsync("key", static _ => ValueTask.FromResult(2), tags: ["tag"])).Should().Be(2);
    }

    private VouchHybridCache Node(ICacheBackplane? backplane = null, string? policy = null)
    {
        var node = new VouchHybridCache(new VouchHybridCacheOptions { Policy = policy }, _shared, backplane, timeProvider: _clock);
        _nodes.Add(node);
        return node;
    }

    private ValueTask<int> GetAsync(VouchHybridCache cache, HybridCacheEntryOptions? options = null) => cache.GetOrCreateAsync("key", _ => ValueTask.FromResult(++_made), options);

    [ImmutableObject(true)]
    private sealed record Frozen(int Number);

    // Positions go on across logs, as those of a Redis stream do.
    private sealed class ForgetfulBackplane : ICacheBackplane
    {
        private readonly List<LoggedInvalidation> _log = [];
        private ulong _epoch = 1;
        private long _position = 100;

        public void BeginAnew()
        {
            _epoch++;
            _position++;
            _log.Clear();
        }

        public void Trim() => _log.Clear();

        public ValueTask<long> PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken)
        {
            _log.Add(new LoggedInvalidation(++_position, invalidation));
            return ValueTask.FromResult(_position);
        }

        public ValueTask<BackplaneReading> ReadAsync(long after, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new BackplaneReading(_epoch, _position, [.. _log.Where(entry => entry.Position > after)], IsComplete: true));

        public IDisposable Subscribe(Action<LoggedInvalidation?> listener) => new MemoryStream();
    }
}
