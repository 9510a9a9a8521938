using System.Globalization;
using Vouch.Core.Models;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>Seeded problems of any size, with every feature of the model, in whole numbers.</summary>
internal static class RandomProblems
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static PriceCurve Curve(params double[] prices) => new(Start, TimeSpan.FromHours(1), prices);

    public static SchedulingProblem Make(int seed, int jobs, int slots, bool allMayBeRejected = false, bool negativePrices = true)
    {
        var random = new Random(seed);
        int resources = random.Next(3) == 0 ? 2 : 1;
        double[] prices = [.. Enumerable.Range(0, slots).Select(_ => (double)random.Next(negativePrices && random.Next(3) == 0 ? -20 : 0, 100))];
        ResourcePool[] pools = [.. Enumerable.Range(0, resources).Select(k => random.Next(2) == 0
            ? new ResourcePool(Name("pool", k), random.Next(2, 8))
            : new ResourcePool(Name("pool", k), [.. Enumerable.Range(0, slots).Select(_ => (double)random.Next(1, 8))]))];
        var list = new List<Job>();
        for (int j = 0; j < jobs; j++)
        {
            int duration = 1 + random.Next(Math.Min(4, slots));
            int release = random.Next(Math.Max(1, slots - duration));
            int deadline = Math.Min(slots, release + duration + random.Next(slots));
            Preemption? preemption = random.Next(3) == 0 ? new Preemption(1 + random.Next(4), 1 + random.Next(2), random.Next(3)) : null;
            string[] before = random.Next(4) == 0 && j > 0 ? [Name("job", random.Next(j))] : [];
            list.Add(new Job(
                Name("job", j),
                duration,
                [.. Enumerable.Range(0, resources).Select(_ => (double)random.Next(0, 4))],
                release,
                deadline,
                new Priority(1 + random.Next(10)),
                random.Next(0, 5),
                allMayBeRejected || random.Next(2) == 0 ? random.Next(0, 1500) : null,
                preemption,
                before));
        }

        return new SchedulingProblem(Curve(prices), pools, list);
    }

    private static string Name(string kind, int index) => kind + index.ToString(CultureInfo.InvariantCulture);
}
