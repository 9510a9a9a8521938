using Vouch.Resilience.Concurrency;

namespace Vouch.Resilience.Tests.Concurrency;

public class AdaptiveLimitTests
{
    private const double Millisecond = TimeSpan.TicksPerMillisecond;

    private long _now = TimeSpan.TicksPerHour;

    [Fact]
    public void Limit_WhileItHoldsCallsBackAndLatencyIsWell_Rises()
    {
        AdaptiveLimit limit = New();

        Feed(limit, seconds: 10, latencyMs: static _ => 100, flight: static limit => (int)limit);

        limit.Limit.Should().BeGreaterThan(100);
    }

    [Fact]
    public void Limit_NotUsed_DoesNotRise()
    {
        AdaptiveLimit limit = New();

        Feed(limit, seconds: 60, latencyMs: static _ => 100, flight: static _ => 5);

        limit.Limit.Should().Be(20);
    }

    [Fact]
    public void Limit_OwnQueue_IsFoundWithinAFactorOfTheCapacity()
    {
        // A back end with room for 10 at once: more only wait. Normal load first, so that the baseline is known.
        AdaptiveLimit limit = New();
        static double Latency(double flight) => 100 * Math.Max(1, flight / 10);
        Feed(limit, seconds: 20, Latency, static _ => 7);

        Feed(limit, seconds: 60, Latency, static limit => (int)limit);

        limit.Limit.Should().BeInRange(9, 27);
        (limit.Baseline / Millisecond).Should().BeApproximately(100, 10, "an overload of its own making is not the new normal, however long it lasts");
    }

    [Fact]
    public void Limit_SlowerBackEnd_DoesNotFallBelowWhatWasWell()
    {
        // Slower by 2.5 whatever the concurrency: fewer calls would only leave it idle.
        AdaptiveLimit limit = New();
        Feed(limit, seconds: 20, static _ => 100, static _ => 8);

        Feed(limit, seconds: 30, static _ => 250, static limit => (int)limit);

        limit.Limit.Should().BeGreaterThan(8);
    }

    [Fact]
    public void Baseline_RisesWhereLessConcurrencyDoesNotHelp_AndFallsFast()
    {
        AdaptiveLimit limit = New();
        Feed(limit, seconds: 20, static _ => 100, static _ => 8);

        Feed(limit, seconds: 120, static _ => 300, static _ => 8);
        (limit.Baseline / Millisecond).Should().BeGreaterThan(280);
        Feed(limit, seconds: 5, static _ => 100, static _ => 8);

        (limit.Baseline / Millisecond).Should().BeLessThan(110);
    }

    [Fact]
    public void Limit_NothingButLateAttempts_CollapsesAndIsNotTheNewNormal()
    {
        AdaptiveLimit limit = New();
        Feed(limit, seconds: 20, static _ => 100, static _ => 8);

        for (int i = 0; i < 1000; i++)
        {
            _now += (long)(10 * Millisecond);
            limit.OnLate(_now, 8);
        }

        limit.Limit.Should().Be(1);
        (limit.Baseline / Millisecond).Should().BeApproximately(100, 1);
    }

    [Fact]
    public void Limit_AfterACollapse_StartsSlowlyAndIsBackSoon()
    {
        AdaptiveLimit limit = New();
        Feed(limit, seconds: 20, static _ => 100, static _ => 8);
        for (int i = 0; i < 1000; i++)
        {
            _now += (long)(10 * Millisecond);
            limit.OnLate(_now, 8);
        }

        Feed(limit, seconds: 30, static _ => 100, static limit => Math.Max(1, (int)limit));

        limit.Limit.Should().BeGreaterThan(8);
    }

    private static AdaptiveLimit New() => new(new ConcurrencyRule(20, 1, 10_000, 2));

    private void Feed(AdaptiveLimit limit, double seconds, Func<double, double> latencyMs, Func<double, int> flight)
    {
        long end = _now + (long)(seconds * TimeSpan.TicksPerSecond);
        while (_now < end)
        {
            int under = flight(limit.Limit);
            long latency = (long)(latencyMs(under) * Millisecond);
            _now += Math.Max(1, latency / under);
            limit.OnAnswer(_now, latency, under);
        }
    }
}
