using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Vouch.Caching.Distributed;
using Vouch.Testing;

namespace Vouch.Caching.Tests.Distributed;

public sealed class VouchDistributedCacheTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly VouchCache<string, byte[]> _memory;
    private readonly VouchDistributedCache _cache;

    public VouchDistributedCacheTests()
    {
        _memory = new VouchCache<string, byte[]>(time: _clock);
        _cache = new VouchDistributedCache(_memory, _clock);
    }

    public void Dispose() => _memory.Dispose();

    [Fact]
    public async Task SetGetRemove_AreADictionary_OfCopies()
    {
        byte[] value = [1, 2];
        var buffer = new ArrayBufferWriter<byte>();
        await _cache.SetAsync("a", value, new DistributedCacheEntryOptions());
        value[0] = 9;

        byte[] read = (await _cache.GetAsync("a"))!;
        read[1] = 9;

        (await _cache.TryGetAsync("a", buffer)).Should().BeTrue();
        buffer.WrittenSpan.ToArray().Should().Equal([1, 2]);
        await _cache.RemoveAsync("a");
        _cache.Get("a").Should().BeNull();
    }

    [Fact]
    public async Task Expirations_AbsoluteCapsSliding()
    {
        await _cache.SetAsync("a", new ReadOnlySequence<byte>([1]), new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(10), AbsoluteExpiration = _clock.GetUtcNow().AddSeconds(25) });
        _clock.Advance(TimeSpan.FromSeconds(9));
        await _cache.RefreshAsync("a");
        _clock.Advance(TimeSpan.FromSeconds(9));
        _cache.Get("a").Should().NotBeNull();
        _clock.Advance(TimeSpan.FromSeconds(8));

        _cache.Get("a").Should().BeNull();
        _cache.Set("a", [1], new DistributedCacheEntryOptions { AbsoluteExpiration = _clock.GetUtcNow() });
        _cache.Get("a").Should().BeNull();
    }
}
