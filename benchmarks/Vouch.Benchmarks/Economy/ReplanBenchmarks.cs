using BenchmarkDotNet.Attributes;
using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Benchmarks.Economy;

/// <summary>Re-planning after one event, next to solving the whole problem again without improvement.</summary>
[MemoryDiagnoser]
public class ReplanBenchmarks
{
    private OnlineScheduler _scheduler = null!;
    private SchedulingProblem _problem = null!;
    private Job[] _jobs = null!;
    private int _next;

    [Params(2_000, 50_000)]
    public int Jobs { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20_260_101);
        const int Slots = 672;
        double[] prices = [.. Enumerable.Range(0, Slots).Select(slot => Math.Round(5_000 + (3_000 * Math.Sin(slot * Math.PI / 48)) + random.Next(1_500)))];
        var curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(15), prices);
        _jobs = [.. Enumerable.Range(0, Jobs).Select(j =>
        {
            int duration = 1 + random.Next(12);
            int release = random.Next(Slots * 7 / 10);
            int deadline = Math.Min(Slots, release + duration + 16 + random.Next(Slots / 3));
            double demand = 1 + random.Next(4);
            return new Job($"job-{j:D5}", duration, demand, release, deadline, rate: demand, penalty: demand * duration * 50_000);
        })];
        double capacity = Math.Ceiling(_jobs.Sum(job => job.Demands[0] * job.DurationSlots) / Slots / 0.7);
        _problem = new SchedulingProblem(curve, new ResourcePool("workers", capacity), _jobs);
        _scheduler = new OnlineScheduler(curve, [new OnlinePool("workers", capacity, capacity / 2)]);
        foreach (Job job in _jobs)
        {
            _scheduler.Submit(job);
        }
    }

    [Benchmark]
    public Replan Arrival()
    {
        Job like = _jobs[_next % _jobs.Length];
        return _scheduler.Submit(new Job($"late-{_next++}", like.DurationSlots, like.Demands, like.Release, like.Deadline, rate: like.Rate, penalty: like.Penalty));
    }

    [Benchmark]
    public Replan PricesOfADay()
    {
        double shift = _next++ % 2 == 0 ? 500 : -500;
        return _scheduler.UpdatePrices(96, [.. Enumerable.Range(96, 96).Select(slot => _problem.Prices[slot] + shift)]);
    }

    [Benchmark(Baseline = true)]
    public Schedule SolveAgain() => new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 0, BoundIterations = 0 }).Solve(_problem);
}
