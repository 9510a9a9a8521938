using Vouch.Observability.Sampling;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Sampling;

public sealed class AdaptiveSamplerTests
{
    private static readonly string[] Types = [.. Enumerable.Range(0, 8).Select(i => $"type {i}")];
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(50, 50)]
    [InlineData(100, 100)]
    [InlineData(101, 100)]
    [InlineData(100_000, 100)]
    public void Offer_AnyLoad_KeepsTheBudgetExactlyOrAll(int offered, int expected)
    {
        SampledWindow<int> window = Run(Mixed(offered, seed: 3), budget: 100)[0];

        window.Offered.Should().Be(offered);
        window.Kept.Should().HaveCount(expected);
    }

    [Fact]
    public void Offer_LoadJumpsFromMinuteToMinute_EveryMinuteKeepsTheBudget()
    {
        var random = new Random(5);
        var windows = new List<SampledWindow<int>>();
        var sampler = new AdaptiveSampler<int>(windows.Add, new AdaptiveSamplerOptions { Budget = 200 }, _time);
        int[] loads = [.. Enumerable.Range(0, 60).Select(_ => random.Next(3) switch { 0 => 300, 1 => 3_000, _ => 30_000 })];

        foreach (int load in loads)
        {
            foreach (TraceSummary trace in Mixed(load, random.Next()))
            {
                sampler.Offer(0, trace);
            }

            _time.Advance(TimeSpan.FromMinutes(1));
        }

        sampler.Flush();
        windows.Select(window => window.Kept.Count).Should().OnlyContain(kept => kept == 200).And.HaveCount(60);
        windows.Select(window => window.Offered).Should().Equal(loads.Select(load => (long)load));
    }

    [Fact]
    public void Offer_OneRareTraceAmongMany_EveryKindIsRepresented()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            List<TraceSummary> traces = [.. Mixed(10_000, seed)];
            traces.Insert(5_000 + (100 * seed), new TraceSummary("rare", 12345, HasError: true, IsSlow: true));

            SampledWindow<int> window = Run(traces, budget: 100)[0];

            var kinds = traces.Select(trace => (trace.Type, trace.HasError, trace.IsSlow)).ToHashSet();
            window.Kept.Select(kept => (kept.Summary.Type, kept.Summary.HasError, kept.Summary.IsSlow)).ToHashSet().Should().BeEquivalentTo(kinds);
            window.Strata.Should().Be(kinds.Count);
            window.Kept.Single(kept => kept.Summary.Type == "rare").Weight.Should().Be(1);
        }
    }

    [Fact]
    public void Weights_OverManyRuns_AreUnbiasedForEveryKindAndForTheTotal()
    {
        // Horvitz-Thompson sums over 1,500 independent windows: the mean lies within four standard errors of the truth.
        const int Runs = 1_500;
        var sums = new Dictionary<string, (double Sum, double Squares)>();
        var truth = new Dictionary<string, double>();
        for (int run = 0; run < Runs; run++)
        {
            TraceSummary[] traces = [.. Mixed(600, run)];
            SampledWindow<int> window = Run(traces, budget: 60)[0];
            var estimates = window.Kept.GroupBy(Key).ToDictionary(group => group.Key, group => group.Sum(kept => kept.Weight));
            estimates["total"] = window.Kept.Sum(kept => kept.Weight);
            foreach (string key in (string[])["total", .. Types])
            {
                double actual = key == "total" ? traces.Length : traces.Count(trace => trace.Type == key);
                double difference = estimates.GetValueOrDefault(key) - actual;
                (double sum, double squares) = sums.GetValueOrDefault(key);
                sums[key] = (sum + difference, squares + (difference * difference));
            }
        }

        foreach ((string key, (double sum, double squares)) in sums)
        {
            double mean = sum / Runs, error = Math.Sqrt(((squares / Runs) - (mean * mean)) / Runs);
            Math.Abs(mean).Should().BeLessThan((4 * error) + 1e-9, key);
        }

        static string Key(SampledTrace<int> kept) => kept.Summary.Type;
    }

    [Fact]
    public void Offer_MoreKindsThanTheBudgetHolds_StaysWithinItAndKeepsRoomForChance()
    {
        IEnumerable<TraceSummary> traces = Enumerable.Range(0, 5_000).Select(i => new TraceSummary($"type {i}", (i * 7_919L) % ConsistentThreshold.Range, false, false));

        SampledWindow<int> window = Run(traces, budget: 100)[0];

        window.Kept.Should().HaveCount(100);
        window.Strata.Should().BeLessThanOrEqualTo(50);
    }

    [Fact]
    public void Offer_NothingForManyWindows_DeliversNothingEmpty()
    {
        var windows = new List<SampledWindow<int>>();
        var sampler = new AdaptiveSampler<int>(windows.Add, null, _time);

        _time.Advance(TimeSpan.FromHours(3));
        sampler.Flush();
        sampler.Offer(1, new TraceSummary("t", 5, false, false));
        _time.Advance(TimeSpan.FromHours(3));
        sampler.Offer(2, new TraceSummary("t", 5, false, false));

        windows.Should().ContainSingle().Which.Kept.Should().ContainSingle().Which.Trace.Should().Be(1);
    }

    [Fact]
    public void Offer_Refused_AllocatesNothing()
    {
        var sampler = new AdaptiveSampler<int>(_ => { }, new AdaptiveSamplerOptions { Budget = 16 }, _time);
        long now = _time.GetTimestamp();
        var common = new TraceSummary(Types[0], ConsistentThreshold.Range - 1, false, false);
        foreach (TraceSummary trace in Mixed(5_000, 1))
        {
            sampler.Offer(0, trace, now);
        }

        Allocations.Of(() => sampler.Offer(0, common, now)).Should().Be(0);
    }

    [Fact]
    public async Task Offer_FromManyThreads_KeepsTheBudget()
    {
        var windows = new List<SampledWindow<int>>();
        var sampler = new AdaptiveSampler<int>(windows.Add, new AdaptiveSamplerOptions { Budget = 100 }, _time);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            foreach (TraceSummary trace in Mixed(5_000, thread))
            {
                sampler.Offer(thread, trace);
            }
        })));
        sampler.Flush();

        windows.Should().ContainSingle();
        windows[0].Kept.Should().HaveCount(100);
        windows[0].Offered.Should().Be(40_000);
    }

    private List<SampledWindow<int>> Run(IEnumerable<TraceSummary> traces, int budget)
    {
        var windows = new List<SampledWindow<int>>();
        var sampler = new AdaptiveSampler<int>(windows.Add, new AdaptiveSamplerOptions { Budget = budget }, _time);
        int number = 0;
        foreach (TraceSummary trace in traces)
        {
            sampler.Offer(number++, trace);
        }

        sampler.Flush();
        return windows;
    }

    // Types of geometric frequency; every twentieth fails, every hundredth is slow.
    private static IEnumerable<TraceSummary> Mixed(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int type = Math.Min(7, (int)(-Math.Log2(1 - random.NextDouble())));
            yield return new TraceSummary(Types[type], random.NextInt64(ConsistentThreshold.Range), random.Next(20) == 0, random.Next(100) == 0);
        }
    }
}
