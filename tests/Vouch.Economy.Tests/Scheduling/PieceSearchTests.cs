using Vouch.Economy.Scheduling;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Tests.Scheduling;

public class PieceSearchTests
{
    [Fact]
    public void Cheapest_AnyRule_EqualsTryingEverything()
    {
        for (int seed = 0; seed < 800; seed++)
        {
            var random = new Random(seed);
            int slots = 4 + random.Next(6);
            double[] prices = [.. Enumerable.Range(0, slots).Select(_ => (double)random.Next(-10, 30))];
            var job = new Job(
                "j", 1 + random.Next(4), 1, random.Next(2), slots - random.Next(2), preemption: new Preemption(2 + random.Next(3), 1 + random.Next(3), random.Next(3)));
            var pool = new ResourcePool("p", [.. Enumerable.Range(0, slots).Select(_ => (double)(random.Next(5) == 0 ? 0 : 1))]);
            var problem = new SchedulingProblem(RandomProblems.Curve(prices), pool, [job]);
            double expected = BruteForce.Runs(job, slots)
                .Where(run => run.All(piece => Enumerable.Range(piece.Start, piece.Length).All(slot => pool.CapacityAt(slot) > 0)))
                .Select(run => run.Sum(piece => problem.Prices.WindowCost(piece.Start, piece.Length)))
                .DefaultIfEmpty(double.PositiveInfinity)
                .Min();

            (double cost, Segment[]? pieces) = Cheapest(problem);

            cost.Should().Be(expected, $"seed {seed}");
            if (pieces is not null)
            {
                problem.FindViolations(new Dictionary<string, IReadOnlyList<Segment>> { ["j"] = pieces }).Should().BeEmpty($"seed {seed}");
            }
        }
    }

    [Fact]
    public void Cheapest_HugeWindowAndPieceCount_StaysWithinItsMemory()
    {
        double[] prices = [.. Enumerable.Range(0, 20_000).Select(t => (double)(t % 100))];
        var job = new Job("j", 5_000, 1, 0, 20_000, preemption: new Preemption(1_000, 2, 1));
        var problem = new SchedulingProblem(RandomProblems.Curve(prices), new ResourcePool("p", 1), [job]);

        (_, Segment[]? pieces) = Cheapest(problem);

        pieces.Should().NotBeNull();
        problem.FindViolations(new Dictionary<string, IReadOnlyList<Segment>> { ["j"] = pieces! }).Should().BeEmpty();
    }

    [Fact]
    public void Smallest_AnyRank_EqualsSorting()
    {
        var random = new Random(1);
        for (int round = 0; round < 500; round++)
        {
            double[] values = [.. Enumerable.Range(0, 1 + random.Next(30)).Select(_ => (double)random.Next(8))];
            double[] sorted = [.. values.Order()];
            int rank = random.Next(values.Length);

            double found = Selection.Smallest(values, values.Length, rank);

            found.Should().Be(sorted[rank]);
            values[..(rank + 1)].Order().Should().Equal(sorted[..(rank + 1)]);
        }
    }

    private static (double Cost, Segment[]? Pieces) Cheapest(SchedulingProblem problem)
    {
        var layout = new RunLayout(problem.Model);
        var plan = new SlotPlan(problem.Model, layout);
        var search = new RunSearch(problem.Model, layout);
        if (!search.Find(plan, 0, plan.Earliest(0), plan.Latest(0), guide: null, blinks: 0, inPieces: true))
        {
            return (double.PositiveInfinity, null);
        }

        plan.Place(0, search.Slots, search.PieceLengths, search.Cost);
        return (search.Cost, plan.Pieces(0));
    }
}
