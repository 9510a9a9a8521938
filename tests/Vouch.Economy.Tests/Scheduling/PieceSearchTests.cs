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

            Placement place = new PlacementSearch(problem.Model).Cheapest(new Plan(problem.Model), 0);

            place.Cost.Should().Be(expected, $"seed {seed}");
            place.Guided.Should().Be(expected);
            if (!place.IsNone)
            {
                IReadOnlyList<Segment> pieces = place.Pieces ?? [new Segment(place.Start, place.End - place.Start)];
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

        Placement place = new PlacementSearch(problem.Model).Cheapest(new Plan(problem.Model), 0);

        place.IsNone.Should().BeFalse();
        problem.FindViolations(new Dictionary<string, IReadOnlyList<Segment>> { ["j"] = place.Pieces ?? [new Segment(place.Start, 5_000)] }).Should().BeEmpty();
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
}
