using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Vouch.Caching.Distributed;
using Vouch.Testing;

namespace Vouch.Caching.Tests.Distributed;

public sealed class VouchMemoryCacheTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly VouchMemoryCache _cache;

    public VouchMemoryCacheTests() => _cache = new VouchMemoryCache(10, _clock);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void SetGetRemove_AreADictionary()
    {
        _cache.Set("a", 1);
        _cache.Set<string?>("null", null);

        _cache.Get<int>("a").Should().Be(1);
        _cache.TryGetValue("null", out object? value).Should().BeTrue();
        value.Should().BeNull();
        _cache.Remove("a");
        _cache.TryGetValue("a", out _).Should().BeFalse();
        _cache.GetOrCreate("b", static _ => 2).Should().Be(2);
    }

    [Fact]
    public void EntryWithoutAValue_IsNotStored()
    {
        _cache.Invoking(cache => cache.GetOrCreate<int>("a", static _ => throw new InvalidOperationException())).Should().Throw<InvalidOperationException>();

        _cache.TryGetValue("a", out _).Should().BeFalse();
    }

    [Fact]
    public void Expirations_AbsoluteCapsSliding()
    {
        _cache.Set("a", 1, new MemoryCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(10), AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(25) });
        for (int i = 0; i < 2; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(9));
            _cache.TryGetValue("a", out _).Should().BeTrue();
        }

        _clock.Advance(TimeSpan.FromSeconds(8));
        _cache.TryGetValue("a", out _).Should().BeFalse();
    }

    [Fact]
    public async Task ChangeToken_TakesTheEntryOut_AndTheCallbackSaysWhy()
    {
        using var source = new CancellationTokenSource();
        var told = new TaskCompletionSource<(object Key, object? Value, EvictionReason Reason, object? State)>();
        var options = new MemoryCacheEntryOptions().AddExpirationToken(new CancellationChangeToken(source.Token))
            .RegisterPostEvictionCallback((key, value, reason, state) => told.TrySetResult((key, value, reason, state)), "state");
        _cache.Set("a", 1, options);

        await source.CancelAsync();

        _cache.TryGetValue("a", out _).Should().BeFalse();
        (await told.Task.WaitAsync(TimeSpan.FromSeconds(30))).Should().Be(("a", (object?)1, EvictionReason.TokenExpired, (object?)"state"));
    }

    [Theory]
    [InlineData("replace", EvictionReason.Replaced)]
    [InlineData("remove", EvictionReason.Removed)]
    public async Task Callback_SaysWhy(string what, EvictionReason expected)
    {
        var told = new TaskCompletionSource<EvictionReason>();
        _cache.Set("a", 1, new MemoryCacheEntryOptions().RegisterPostEvictionCallback((_, _, reason, _) => told.TrySetResult(reason)));

        if (what == "replace")
        {
            _cache.Set("a", 2);
        }
        else
        {
            _cache.Remove("a");
        }

        (await told.Task.WaitAsync(TimeSpan.FromSeconds(30))).Should().Be(expected);
    }

    [Fact]
    public void Size_LargerThanTheCache_IsNotStored()
    {
        _cache.Set("a", 1, new MemoryCacheEntryOptions { Size = 11 });

        _cache.TryGetValue("a", out _).Should().BeFalse();
    }
}
