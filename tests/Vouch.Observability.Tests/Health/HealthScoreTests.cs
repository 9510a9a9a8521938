using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vouch.Observability.Health;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Health;

public sealed class HealthScoreTests
{
    [Fact]
    public void Of_ManyGoodAndOneBadCritical_IsThatOfTheBadOne()
    {
        ComponentHealth[] components = [.. Enumerable.Range(0, 100).Select(i => Component(i, HealthState.Healthy, i % 2 == 0)), Component(100, HealthState.Unhealthy, true)];

        HealthScore.Of(components, 0.25).Should().Be(0);
        HealthScore.StateOf(components).Should().Be(HealthState.Unhealthy);
    }

    [Fact]
    public void Of_OnlyAuxiliaryComponentsBad_LosesTheirShareAtMost()
    {
        HealthScore.Of([Component(0, HealthState.Healthy, true), Component(1, HealthState.Unhealthy, false), Component(2, HealthState.Healthy, false)], 0.25).Should().Be(0.875);
        HealthScore.Of([Component(0, HealthState.Healthy, true), Component(1, HealthState.Unhealthy, false)], 0.25).Should().Be(0.75);
        HealthScore.StateOf([Component(0, HealthState.Healthy, true), Component(1, HealthState.Unhealthy, false)]).Should().Be(HealthState.Degraded);
    }

    [Fact]
    public void Of_AnyComponentMadeWorse_NeverRises()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>().Filter(bytes => bytes.Length is > 0 and < 12),
            Gen.Choose(0, 1_000_000).ToArbitrary(),
            (bytes, seed) =>
            {
                int[] states = [.. bytes.Select(value => value % 4)];
                var random = new Random(seed);
                bool[] critical = [.. states.Select(_ => random.Next(2) == 0)];
                int which = random.Next(states.Length);
                double share = random.NextDouble();
                int[] worse = [.. states];
                worse[which] = random.Next(states[which] + 1);

                return HealthScore.Of(Components(worse, critical), share) <= HealthScore.Of(Components(states, critical), share)
                    && HealthScore.StateOf(Components(worse, critical)) <= HealthScore.StateOf(Components(states, critical));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithReplay(20_260_501UL, 1UL));
    }

    [Fact]
    public async Task CheckAsync_AnyReportOfAHistoryMadeWorse_NeverRaisesTheScore()
    {
        var random = new Random(71);
        for (int round = 0; round < 300; round++)
        {
            HealthMonitorOptions options = new() { WorseAfter = random.Next(1, 4), BetterAfter = random.Next(1, 4), MinimumInterval = TimeSpan.Zero };
            (int State, double Score)[] history = [.. Enumerable.Range(0, 12).Select(_ => (random.Next(3), random.Next(5) / 4.0))];
            (int State, double Score)[] worse = [.. history];
            int last = history.Length - 1;
            worse[last] = (random.Next(history[last].State + 1), history[last].Score * random.NextDouble());

            (await PlayAsync(worse, options)).Should().BeLessThanOrEqualTo(await PlayAsync(history, options));
        }
    }

    private static async Task<double> PlayAsync((int State, double Score)[] history, HealthMonitorOptions options)
    {
        int at = 0;
        using var monitor = new HealthMonitor([new HealthComponent("it", _ => Task.FromResult(Result(history[at])))], options, new ManualTimeProvider());
        double score = 0;
        for (; at < history.Length; at++)
        {
            score = (await monitor.CheckAsync()).Score;
        }

        return score;
    }

    private static HealthCheckResult Result((int State, double Score) told) =>
        new((HealthStatus)told.State, data: new Dictionary<string, object> { ["score"] = told.Score });

    private static ComponentHealth[] Components(int[] states, bool[] critical) => [.. states.Select((state, i) => Component(i, (HealthState)state, critical[i]))];

    private static ComponentHealth Component(int number, HealthState state, bool critical) =>
        new($"c{number}", state, HealthCause.Reported, HealthScore.Of(state), critical, TimeSpan.Zero, TimeSpan.Zero);
}
