using System.Threading.RateLimiting;
using FsCheck;
using FsCheck.Fluent;
using Vouch.Security.RateLimiting;
using Vouch.Testing;

namespace Vouch.Security.Tests.RateLimiting;

public sealed class KeyedRateLimiterTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    [Fact]
    public void Acquire_RandomCalls_AnswersAsADictionaryOfBucketsThatForgetsNothing()
    {
        // A small memory with many keys: buckets are given up all the time, and nobody can tell.
        var quota = new RateQuota(3, TimeSpan.FromMilliseconds(100), 4);
        Prop.ForAll(
            Gen.Choose(0, 60).Zip(Gen.Choose(0, 5)).Zip(Gen.Choose(0, 30)).ArrayOf(400).ToArbitrary(),
            calls =>
            {
                var limiter = new KeyedRateLimiter<int>(quota, 64);
                var oracle = new Dictionary<int, Int128>();
                Int128 interval = (100_000_000 + 2) / 3;
                TimeSpan now = Start;
                foreach (((int key, int quantity), int milliseconds) in calls)
                {
                    now += TimeSpan.FromMilliseconds(milliseconds);
                    Int128 time = now.Ticks * 100;
                    Int128 tat = oracle.GetValueOrDefault(key);
                    Int128 next = Int128.Max(tat, time) + (interval * quantity);
                    bool granted = next - (interval * 4) <= time;
                    RateLimitDecision decision = limiter.Acquire(key, quantity, now);
                    decision.IsGranted.Should().Be(granted);
                    if (granted)
                    {
                        oracle[key] = Int128.Max(next, quantity == 0 ? tat : next);
                    }

                    Int128 backlog = Int128.Max(0, (granted ? next : tat) - time);
                    decision.Remaining.Should().Be((int)(((interval * 4) - backlog) / interval));
                    decision.Outcome.Should().Be(granted ? RateLimitOutcome.Granted : quantity > 4 ? RateLimitOutcome.NeverGrantable : RateLimitOutcome.Exhausted);
                    if (decision.RetryAfter is { } retry)
                    {
                        ((Int128)retry.Ticks * 100).Should().BeGreaterThanOrEqualTo(next - (interval * 4) - time).And.BeLessThan(next - (interval * 4) - time + 100);
                    }
                }
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Acquire_AllKeysOwe_EveryOneOfMaxKeysFitsAndMemoryStandsStill()
    {
        foreach (int keys in (int[])[16, 1_000, 65_536])
        {
            var limiter = new KeyedRateLimiter<long>(new RateQuota(1, TimeSpan.FromHours(1)), keys);
            long memory = limiter.MemoryBytes;

            int saturated = Enumerable.Range(0, keys).Count(key => limiter.Acquire(key * 7_919L, 1, Start).Outcome == RateLimitOutcome.Saturated);

            saturated.Should().Be(0, $"of {keys} keys");
            limiter.Count.Should().Be(keys);
            limiter.MemoryBytes.Should().Be(memory);
        }
    }

    [Fact]
    public void MemoryBytes_PerKeyBesidesTheKey_IsAtMost32()
    {
        var limiter = new KeyedRateLimiter<long>(RateQuota.PerSecond(1), 100_000);

        ((double)(limiter.MemoryBytes - (100_000 * sizeof(long))) / 100_000).Should().BeLessThanOrEqualTo(32);
    }

    [Fact]
    public void Acquire_Saturated_RefusesNewKeysKeepsOldOnesAndSaysWhenThereIsRoom()
    {
        var limiter = new KeyedRateLimiter<int>(new RateQuota(1, TimeSpan.FromSeconds(10), 2), 16);
        var held = Enumerable.Range(0, 1_000).Where(key => limiter.Acquire(key, 1, Start).IsGranted).ToList();

        RateLimitDecision refused = limiter.Acquire(5_000, 1, Start);

        refused.Outcome.Should().Be(RateLimitOutcome.Saturated);
        refused.RetryAfter.Should().Be(TimeSpan.FromSeconds(10));
        held.Should().HaveCountGreaterThanOrEqualTo(16);
        held.Should().OnlyContain(key => limiter.Acquire(key, 0, Start).Remaining == 1, "a known key is served through any flood");
        limiter.Acquire(5_000, 1, Start + refused.RetryAfter!.Value).IsGranted.Should().BeTrue();
    }

    [Fact]
    public void Acquire_TimeOfACallIsStale_GetsNoMoreThanABucketThatWasNeverGivenUp()
    {
        var limiter = new KeyedRateLimiter<int>(new RateQuota(1, TimeSpan.FromSeconds(1)), 16);
        limiter.Acquire(1, 1, Start).IsGranted.Should().BeTrue();
        for (int key = 100; key < 2_000; key++)
        {
            limiter.Acquire(key, 1, Start + TimeSpan.FromSeconds(1)); // gives up key 1's bucket, which is full by then
        }

        limiter.Acquire(1, 1, Start + TimeSpan.FromMilliseconds(500)).IsGranted.Should().BeFalse("one permit a second, and the first was taken half a second before");
    }

    [Fact]
    public void SetQuota_AtRunTime_HoldsFromTheNextCallAndKeepsWhatIsOwed()
    {
        var limiter = new KeyedRateLimiter<string>(new RateQuota(2, TimeSpan.FromSeconds(2)));
        limiter.Acquire("a", 2, Start).Remaining.Should().Be(0);

        limiter.SetQuota("a", new RateQuota(10, TimeSpan.FromSeconds(10)));
        RateLimitDecision raised = limiter.Acquire("a", 8, Start);
        limiter.SetQuota("a", null);

        raised.IsGranted.Should().BeTrue();
        raised.Limit.Should().Be(10);
        limiter.QuotaOf("a").Should().Be(limiter.Quota);
        RateLimitDecision back = limiter.Acquire("a", 1, Start);
        back.RetryAfter.Should().Be(TimeSpan.FromSeconds(9), "10 permits are owed, of which 1 may be");
        back.Remaining.Should().Be(0);
        limiter.Acquire("b", 2, Start).IsGranted.Should().BeTrue();
        limiter.Acquire("b", 1, Start).IsGranted.Should().BeFalse();
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1_000_000_001, 1_000)]
    [InlineData(1, 0)]
    [InlineData(1, -5)]
    public void RateQuota_OutOfRange_Throws(int permits, int milliseconds) =>
        FluentActions.Invoking(() => new RateQuota(permits, TimeSpan.FromMilliseconds(milliseconds))).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        var limiter = new KeyedRateLimiter<string>(RateQuota.PerSecond(1));

        FluentActions.Invoking(() => limiter.Acquire(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => limiter.Acquire("a", -1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => limiter.Acquire("a", 1, TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => limiter.Acquire("a", 1, TimeSpan.MaxValue)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new KeyedRateLimiter<string>(default)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new KeyedRateLimiter<string>(RateQuota.PerSecond(1), 15)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RateQuota(1, TimeSpan.FromDays(366), 1_000)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Adapters_SpeakSystemThreadingRateLimiting()
    {
        var time = new ManualTimeProvider();
        using var single = new GcraRateLimiter(new RateQuota(2, TimeSpan.FromSeconds(2)), time);
        using var partitioned = new GcraPartitionedRateLimiter<string, char>(new KeyedRateLimiter<char>(new RateQuota(1, TimeSpan.FromSeconds(3)), 16, time), text => text[0]);

        single.AttemptAcquire(2).IsAcquired.Should().BeTrue();
        single.IdleDuration.Should().BeNull();
        using RateLimitLease refused = single.AttemptAcquire();
        partitioned.AttemptAcquire("alpha").IsAcquired.Should().BeTrue();
        using RateLimitLease other = partitioned.AttemptAcquire("also");
        partitioned.AttemptAcquire("beta").IsAcquired.Should().BeTrue();

        refused.IsAcquired.Should().BeFalse();
        refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retry).Should().BeTrue();
        retry.Should().Be(TimeSpan.FromSeconds(1));
        other.TryGetMetadata(RateLimitMetadata.Decision, out RateLimitDecision decision).Should().BeTrue();
        decision.RetryAfter.Should().Be(TimeSpan.FromSeconds(3));
        single.GetStatistics()!.TotalFailedLeases.Should().Be(1);
        time.Advance(TimeSpan.FromSeconds(5));
        single.IdleDuration.Should().Be(TimeSpan.FromSeconds(5));
        partitioned.GetStatistics("alpha")!.CurrentAvailablePermits.Should().Be(1);
    }
}
