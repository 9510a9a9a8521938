using BenchmarkDotNet.Attributes;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Benchmarks.Economy;

/// <summary>A whole solve of a mixed week, next to the run-now baseline.</summary>
[MemoryDiagnoser]
public class SchedulerBenchmarks
{
    private SchedulingProblem _problem = null!;

    [Params(200, 2_000)]
    public int Jobs { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20_260_101);
        int slots = Jobs == 200 ? 168 : 672;
        double[] prices = [.. Enumerable.Range(0, slots).Select(t => Math.Round(5_000 + (3_000 * Math.Sin(t * 168.0 / slots * Math.PI / 12)) + random.Next(1_500)))];
        var curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(168.0 / slots), prices);
        Job[] jobs = [.. Enumerable.Range(0, Jobs).Select(j =>
        {
            int duration = 1 + random.Next(slots / 20);
            int release = random.Next(slots * 7 / 10);
            int deadline = Math.Min(slots, release + duration + (slots / 10) + random.Next(slots / 2));
            double demand = 1 + random.Next(4);
            return new Job($"job-{j:D5}", duration, demand, Math.Min(release, deadline - duration), deadline, rate: demand, penalty: demand * duration * 50_000);
        })];
        double work = jobs.Sum(job => job.Demands[0] * job.DurationSlots);
        _problem = new SchedulingProblem(curve, new ResourcePool("workers", Math.Ceiling(work / slots / 0.7)), jobs);
    }

    [Benchmark(Baseline = true)]
    public Schedule RunNow() => new RunNowScheduler().Solve(_problem);

    [Benchmark]
    public Schedule ListWithoutImprovement() =>
        new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 0, BoundIterations = 0 }).Solve(_problem);

    [Benchmark]
    public Schedule PriceAwareList() => new PriceAwareListScheduler().Solve(_problem);
}
