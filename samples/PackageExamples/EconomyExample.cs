using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.Economy quotes.</summary>
public static class EconomyExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        // A day of hourly prices with a cheap night; 60 tiles of an hour each on 8 workers, and a nightly backup that may be split.
        double[] prices = [90, 80, 40, 20, 15, 18, 30, 70, 110, 120, 100, 85, 80, 75, 78, 90, 120, 160, 180, 150, 120, 100, 95, 92];
        var curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), prices);
        var jobs = new List<Job>(Job.Repeat("tile", count: 60, durationSlots: 1, demand: 1, release: 0, deadline: 24));
        jobs.Add(new Job("backup", durationSlots: 3, demand: 2, release: 0, deadline: 12, rate: 2, preemption: new Preemption(maxSegments: 3)));

        Schedule schedule = new PriceAwareListScheduler().Solve(new SchedulingProblem(curve, new ResourcePool("workers", 8), jobs));

        Console.WriteLine($"cost {schedule.TotalCost}, at least {schedule.Bound.Value} by proof, at once {schedule.RunNowCost}");
        Console.WriteLine(schedule["backup"]!.Explain());
        #endregion
    }
}
