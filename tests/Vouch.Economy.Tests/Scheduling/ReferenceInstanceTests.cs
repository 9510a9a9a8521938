using System.Globalization;
using Vouch.Economy.Formats;
using Vouch.Economy.Scheduling;
using Vouch.TestData;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>The reference instances: feasible by the slow checker, never below the proven bounds, close to the best known costs.</summary>
public class ReferenceInstanceTests(ITestOutputHelper output)
{
    private static readonly SchedulerOptions Options = new() { ImprovementRounds = 20_000, BoundIterations = 200 };

    [Fact]
    public void Solve_SmallAndMediumInstances_AreFeasibleAndNearTheBestKnown()
    {
        string folder = SharedData.Require("economy/instances");
        var above = new List<double>();
        foreach (Dictionary<string, string> known in SharedData.Csv("economy/reference.csv").Where(row => row["jobs"] is "20" or "200" or "300"))
        {
            SchedulingInstance instance = SchedulingInstanceReader.ReadFile(Path.Combine(folder, known["instance"] + ".json"));
            double best = double.Parse(known["best_known"], CultureInfo.InvariantCulture);
            double bound = double.Parse(known["lower_bound"], CultureInfo.InvariantCulture);

            Schedule schedule = new PriceAwareListScheduler(Options).Solve(instance.Problem);

            SlowChecker.Check(schedule);
            schedule.TotalCost.Should().BeGreaterThanOrEqualTo(bound, $"{known["instance"]}: nothing beats a proven bound");
            schedule.Bound.Value.Should().BeLessThanOrEqualTo(best);
            schedule.Bound.Value.Should().Be(SlowChecker.BoundOf(instance.Problem, schedule.Bound.Certificate), "whole numbers are exact");
            schedule.TotalCost.Should().BeLessThanOrEqualTo(schedule.RunNowCost!.Value);
            above.Add((schedule.TotalCost - best) / best);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{known["instance"]}: {above[^1]:P2} above best known, gap {schedule.Gap:P2}"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean {above.Average():P2} above best known"));
        above.Should().HaveCount(24);
        above.Average().Should().BeLessThan(0.02);
    }

    [Fact]
    public void Solve_LargeInstance_IsFeasible()
    {
        SchedulingInstance instance = SchedulingInstanceReader.ReadFile(SharedData.Require("economy/instances/l01.json.gz"));

        Schedule schedule = new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 500, BoundIterations = 20 }).Solve(instance.Problem);

        instance.Problem.FindViolations(schedule.Assignments.ToDictionary(a => a.JobId, a => a.Segments)).Should().BeEmpty();
        schedule.SavingCaptured.Should().BeGreaterThan(0.5);
    }
}
