using System.Buffers;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;
using Vouch.Caching.Persistence;
using Vouch.Core.Exceptions;
using Vouch.Core.Policy;
using Vouch.Testing;

namespace Vouch.Caching.Tests.Persistence;

public sealed class PersistentCacheTests : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Get_AfterSet_IsTheValue()
    {
        using PersistentCache cache = Open();

        cache.Set("a"u8, "one"u8);
        cache.Set("b"u8, default);
        cache.Set(default, "the empty key"u8);

        cache.Get("a"u8).Should().Equal("one"u8.ToArray());
        cache.Get("b"u8).Should().BeEmpty();
        cache.Get(ReadOnlySpan<byte>.Empty).Should().Equal("the empty key"u8.ToArray());
        cache.Get("c"u8).Should().BeNull();
        cache.Count.Should().Be(3);
    }

    [Fact]
    public void Set_SameKey_TakesThePlaceOfTheFormerValue_AlsoAfterARestart()
    {
        using (PersistentCache cache = Open())
        {
            cache.Set("a"u8, "one"u8);
            cache.Set("a"u8, "two, longer"u8);

            cache.Get("a"u8).Should().Equal("two, longer"u8.ToArray());
        }

        using PersistentCache again = Open();
        again.Get("a"u8).Should().Equal("two, longer"u8.ToArray());
        again.Count.Should().Be(1);
        again.Recovery.Should().Be(new PersistentRecovery(1, 1, 0, 0, 0));
    }

    [Fact]
    public void Remove_KeepsTheKeyAway_AlsoAfterARestart()
    {
        using (PersistentCache cache = Open())
        {
            cache.Set("a"u8, "one"u8);

            cache.Remove("a"u8).Should().BeTrue();
            cache.Remove("a"u8).Should().BeFalse();
            cache.Get("a"u8).Should().BeNull();
        }

        using PersistentCache again = Open();
        again.Get("a"u8).Should().BeNull();
    }

    [Fact]
    public void Clear_KeepsEverythingAway_AlsoAfterARestart_AndTheCacheGoesOn()
    {
        using (PersistentCache cache = Open())
        {
            for (int i = 0; i < 1000; i++)
            {
                cache.Set(BitConverter.GetBytes(i), new byte[1000]);
            }

            cache.Clear();
            cache.Set("after"u8, "kept"u8);

            cache.Count.Should().Be(1);
            cache.WaitForSummaries(); // a summary that is being written keeps its segment's file until it is done
            _folder.Segments.Should().ContainSingle("what was cleared is given back at once");
        }

        using PersistentCache again = Open();
        again.Count.Should().Be(1);
        again.Get("after"u8).Should().Equal("kept"u8.ToArray());
    }

    [Fact]
    public void Get_AtTheMomentOfItsEnd_IsNothing()
    {
        using PersistentCache cache = Open();
        cache.Set("a"u8, "one"u8, _clock.GetUtcNow().AddMilliseconds(1050));

        _clock.Advance(TimeSpan.FromMilliseconds(1049));
        byte[]? before = cache.Get("a"u8);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        before.Should().NotBeNull();
        cache.Get("a"u8).Should().BeNull();
        cache.Count.Should().Be(0, "whoever meets an ended entry takes it out");
    }

    [Fact]
    public void Set_WithAnEndThatHasPassed_RemovesTheKey()
    {
        using PersistentCache cache = Open();
        cache.Set("a"u8, "one"u8);

        cache.Set("a"u8, "two"u8, _clock.GetUtcNow());

        cache.Get("a"u8).Should().BeNull();
    }

    [Fact]
    public void Restart_AfterAnEntryEnded_DoesNotReviveWhatItReplaced()
    {
        using (PersistentCache cache = Open())
        {
            cache.Set("a"u8, "old"u8);
            cache.Set("a"u8, "new"u8, _clock.GetUtcNow().AddMinutes(1));
        }

        _clock.Advance(TimeSpan.FromMinutes(2));

        using PersistentCache again = Open();
        again.Get("a"u8).Should().BeNull();
        again.Count.Should().Be(0);
    }

    [Fact]
    public void SlidingExpiration_EveryReadExtends_TheAbsoluteOneCaps_AlsoAcrossRestarts()
    {
        using (PersistentCache cache = Open())
        {
            cache.Set("a"u8, "one"u8, _clock.GetUtcNow().AddSeconds(100), TimeSpan.FromSeconds(10));
            cache.Set("unread"u8, "two"u8, null, TimeSpan.FromSeconds(10));
            for (int i = 0; i < 5; i++)
            {
                _clock.Advance(TimeSpan.FromSeconds(9));
                cache.Get("a"u8).Should().NotBeNull();
            }

            cache.Get("unread"u8).Should().BeNull();
        }

        _clock.Advance(TimeSpan.FromSeconds(9));
        using PersistentCache again = Open();
        for (int i = 0; i < 5; i++)
        {
            again.Get("a"u8).Should().NotBeNull($"{_clock.GetUtcNow():T} is within the window of the last read");
            _clock.Advance(TimeSpan.FromSeconds(9));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        again.Get("a"u8).Should().BeNull("100 seconds have passed");
    }

    [Fact]
    public void DefaultExpiration_HoldsWhereNoneIsGiven()
    {
        PersistentCacheOptions options = _folder.Options();
        options.DefaultExpiration = TimeSpan.FromMinutes(1);
        using var cache = new PersistentCache(options, _clock);
        cache.Set("a"u8, "one"u8);
        cache.Set("b"u8, "two"u8, _clock.GetUtcNow().AddHours(1));

        _clock.Advance(TimeSpan.FromMinutes(1));

        cache.Get("a"u8).Should().BeNull();
        cache.Get("b"u8).Should().NotBeNull();
    }

    [Fact]
    public void Set_TooLong_Throws_AndTheFormerValueIsNotServed()
    {
        using PersistentCache cache = Open();
        cache.Set("a"u8, "one"u8);
        byte[] longest = new byte[cache.MaxValueBytes];

        FluentActions.Invoking(() => cache.Set("a"u8, new byte[200 << 10])).Should().Throw<ArgumentException>().WithMessage("*204800*SegmentBytes*");
        cache.Get("a"u8).Should().BeNull();
        cache.Set(new byte[PersistentCache.MaxKeyBytes], longest);
        cache.Get(new byte[PersistentCache.MaxKeyBytes]).Should().Equal(longest);
        FluentActions.Invoking(() => cache.Set(new byte[PersistentCache.MaxKeyBytes + 1], [])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Policy_Another_IsRefusedOrDiscarded_AsSet()
    {
        PolicyDigest first = PolicyDigest.OfJson("{\"model\":1}"u8);
        PolicyDigest second = PolicyDigest.OfJson("{\"model\":2}"u8);
        PersistentCacheOptions options = _folder.Options();
        options.Policy = first.Value;
        using (var cache = new PersistentCache(options, _clock))
        {
            cache.Set("a"u8, "made under the first"u8);
        }

        options.Policy = second.Value;
        FluentActions.Invoking(() => new PersistentCache(options, _clock)).Should().Throw<PolicyMismatchException>()
            .Where(failure => failure.ActualDigest == first.Value && failure.ExpectedDigest == second.Value);

        options.Policy = first.Value;
        using (var cache = new PersistentCache(options, _clock))
        {
            cache.Get("a"u8).Should().NotBeNull("a refusal changes nothing");
        }

        options.Policy = second.Value;
        options.PolicyMismatch = PersistentPolicyMismatch.Discard;
        using var discarded = new PersistentCache(options, _clock);
        discarded.Get("a"u8).Should().BeNull();
        discarded.Recovery.DiscardedSegments.Should().Be(1);
    }

    [Fact]
    public void Open_WhileOpen_IsRefused()
    {
        using PersistentCache cache = Open();

        FluentActions.Invoking(Open).Should().Throw<IOException>();
    }

    [Fact]
    public void Closed_EverythingThrows()
    {
        PersistentCache cache = Open();
        cache.Set("a"u8, "one"u8);
        cache.Dispose();
        cache.Dispose();

        FluentActions.Invoking(() => cache.Get("a"u8)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => cache.Set("a"u8, default)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => cache.Remove("a"u8)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(cache.Clear).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(cache.Flush).Should().Throw<ObjectDisposedException>();
    }

    [Theory]
    [InlineData(0L, 0, "MaxBytes")]
    [InlineData(1L << 20, 1000, "SegmentBytes")]
    [InlineData(1L << 20, 1 << 20, "SegmentBytes")]
    [InlineData(1L << 41, 0, "MaxBytes")]
    [InlineData(1L << 40, 64 << 10, "SegmentBytes")]
    public void Options_OutsideTheirRange_AreNamed(long maxBytes, int segmentBytes, string name) =>
        FluentActions.Invoking(() => new PersistentCache(_folder.Options(maxBytes, segmentBytes))).Should().Throw<OptionsValidationException>().WithMessage($"*{name}*");

    [Theory]
    [InlineData(PersistentCacheOptions.LeastBytes)]
    [InlineData(1L << 30)]
    [InlineData(1L << 40)]
    public void Options_DefaultSegments_AreValidForEverySize(long maxBytes)
    {
        PersistentCacheOptions options = _folder.Options(maxBytes, 0);

        FluentActions.Invoking(() => PersistentCacheOptionsRules.Require(options)).Should().NotThrow();
        options.MaxSegments.Should().BeInRange(4, 1000);
    }

    [Fact]
    public async Task DistributedFaces_ServeTextKeys()
    {
        using PersistentCache cache = Open();
        IBufferDistributedCache face = cache;
        var buffer = new ArrayBufferWriter<byte>();
        var pieces = new ReadOnlySequence<byte>(new Piece("hel"u8.ToArray(), out Piece first).Then("lo"u8.ToArray(), first, out Piece last), 0, last, 2);

        await face.SetAsync("Ä key", pieces, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) });
        face.Set("bytes", [1, 2], new DistributedCacheEntryOptions { AbsoluteExpiration = _clock.GetUtcNow().AddMinutes(1) });

        (await face.TryGetAsync("Ä key", buffer)).Should().BeTrue();
        Encoding.UTF8.GetString(buffer.WrittenSpan).Should().Be("hello");
        (await face.GetAsync("bytes")).Should().Equal([1, 2]);
        cache.Get("Ä key"u8).Should().NotBeNull("text keys are their UTF-8 bytes");
        face.Remove("bytes");
        face.Get("bytes").Should().BeNull();
        FluentActions.Invoking(() => face.Get("\ud800")).Should().Throw<ArgumentException>("two malformed keys must not become one");
        _clock.Advance(TimeSpan.FromMinutes(1));
        face.Get("Ä key").Should().BeNull();
    }

    [Fact]
    public async Task Refresh_ExtendsASlidingExpiration()
    {
        using PersistentCache cache = Open();
        IDistributedCache face = cache;
        face.Set("a", [1], new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(10) });

        _clock.Advance(TimeSpan.FromSeconds(9));
        await face.RefreshAsync("a");
        _clock.Advance(TimeSpan.FromSeconds(9));

        face.Get("a").Should().NotBeNull();
    }

    [Theory]
    [InlineData(PersistentDurability.EveryWrite)]
    [InlineData(PersistentDurability.Interval)]
    public async Task Durability_ForcedToTheDisk_ServesTheSame(PersistentDurability durability)
    {
        PersistentCacheOptions options = _folder.Options();
        options.Durability = durability;
        using (var cache = new PersistentCache(options, _clock))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; i < 10; i++)
                {
                    await ((IBufferDistributedCache)cache).SetAsync($"{writer}/{i}", new ReadOnlySequence<byte>(new byte[i]), new DistributedCacheEntryOptions());
                }
            })));
            _clock.Advance(TimeSpan.FromSeconds(3));
            await cache.FlushAsync();
        }

        using var again = new PersistentCache(options, _clock);
        again.Count.Should().Be(80);
    }

    [Fact]
    public void TryGetAndSet_OnceWarm_AllocateNothing()
    {
        using PersistentCache cache = Open();
        byte[] value = new byte[1024];
        var buffer = new ArrayBufferWriter<byte>(4096);

        Allocations.Of(
            () =>
            {
                cache.Set("a"u8, value);
                buffer.ResetWrittenCount();
                cache.TryGet("a"u8, buffer);
            },
            times: 50).Should().Be(0);
    }

    [Fact]
    public void Index_AHundredThousandEntries_TakesUnder40BytesEach()
    {
        using var cache = new PersistentCache(_folder.Options(64 << 20, 4 << 20), _clock);
        Span<byte> key = stackalloc byte[8];
        for (long i = 0; i < 100_000; i++)
        {
            BitConverter.TryWriteBytes(key, i);
            cache.Set(key, key);
        }

        PersistentCacheStatistics statistics = cache.Statistics;
        statistics.Entries.Should().Be(100_000);
        ((double)statistics.IndexBytes / statistics.Entries).Should().BeLessThan(40);
    }

    private PersistentCache Open() => new(_folder.Options(), _clock);

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, out Piece self)
        {
            Memory = bytes;
            self = this;
        }

        public Piece Then(byte[] bytes, Piece first, out Piece last)
        {
            Next = last = new Piece(bytes, out _) { RunningIndex = RunningIndex + Memory.Length };
            return first;
        }
    }
}
