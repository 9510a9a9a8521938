using Vouch.Core.Models;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Scheduling;

public class ModelTests
{
    private static readonly ResourcePool Pool = new("workers", 4);

    [Fact]
    public void Job_FieldsOutOfRange_NameJobAndField()
    {
        Fails(() => new Job("j", 0, 1, 0, 5), "Job 'j': durationSlots must be 1 slot or more*");
        Fails(() => new Job("j", 1, 1, -1, 5), "Job 'j': release must be*");
        Fails(() => new Job("j", 1, 1, 5, 5), "Job 'j': deadline must be a slot after its release 5*");
        Fails(() => new Job("j", 1, double.NaN, 0, 5), "Job 'j': demands must be a number in*");
        Fails(() => new Job("j", 1, 1e300, 0, 5), "Job 'j': demands must be*");
        Fails(() => new Job("j", 1, -1, 0, 5), "Job 'j': demands must be*");
        Fails(() => new Job("j", 1, [], 0, 5), "Job 'j': demands must be at least one*");
        Fails(() => new Job("j", 1, 1, 0, 5, rate: double.PositiveInfinity), "Job 'j': rate must be*");
        Fails(() => new Job("j", 1, 1, 0, 5, penalty: -0.5), "Job 'j': penalty must be*");
        Fails(() => new Job("j", 1, 1, 0, 5, predecessors: ["j"]), "Job 'j': a predecessor*");
        Fails(() => new Job(" ", 1, 1, 0, 5), "*");
        Fails(() => new Job(new string('x', 257), 1, 1, 0, 5), "*256*");
        Fails(() => new Preemption(0), "*");
        Fails(() => new Preemption(1, 0), "*");
        Fails(() => new Preemption(1, 1, -1), "*");
    }

    [Fact]
    public void Pool_FieldsOutOfRange_NamePoolAndSlot()
    {
        Fails(() => new ResourcePool("p", -1), "Resource 'p': the capacity must be*");
        Fails(() => new ResourcePool("p", [1, 2, double.NaN]), "Resource 'p': the capacity in slot 2 must be*");
        Fails(() => new ResourcePool("p", []), "Resource 'p'*one number per slot*");
        new ResourcePool("p", [1, 5, 2]).Capacity.Should().Be(5);
    }

    [Fact]
    public void Problem_PartsThatDoNotFit_NameTheJob()
    {
        var a = new Job("a", 1, 1, 0, 5, predecessors: ["b"]);
        var b = new Job("b", 1, 1, 0, 5, predecessors: ["a"]);
        Fails(() => Problem(a), "Job 'a': its predecessor 'b' is not among the jobs*");
        Fails(() => Problem(a, b), "Job 'a': its predecessors lead back to itself*");
        Fails(() => Problem(b, b), "Job 'b': the id stands twice*");
        Fails(() => Problem(new Job("c", 1, [1, 1], 0, 5)), "Job 'c': demands must be 1, one per pool; there are 2*");
        Fails(() => new SchedulingProblem(RandomProblems.Curve(1, 2), new ResourcePool("p", [1, 2, 3]), []), "Resource 'p': the profile has 3 slots, the price curve 2*");
        Fails(() => new SchedulingProblem(RandomProblems.Curve(1), [Pool, Pool], []), "Resource 'workers': the name stands twice*");
        Fails(() => new SchedulingProblem(RandomProblems.Curve(1), Array.Empty<ResourcePool>(), []), "*at least one pool*");
    }

    [Fact]
    public void Repeat_Units_AreEqualAndInOrder()
    {
        IReadOnlyList<Job> units = Job.Repeat("tile", 11, 2, 1.5, 3, 9, Priority.Highest, rate: 7);

        units.Select(unit => unit.Id).Should().BeInAscendingOrder(StringComparer.Ordinal).And.StartWith("tile-00").And.EndWith("tile-10");
        units.Should().OnlyContain(unit => unit.DurationSlots == 2 && unit.Demands[0] == 1.5 && unit.Release == 3 && unit.Deadline == 9 && unit.Rate == 7);
        Job.Repeat("none", 0, 1, 1, 0, 1).Should().BeEmpty();
    }

    [Fact]
    public void FindInfeasibilities_EachConstraint_IsNamedWithItsRemedy()
    {
        var problem = new SchedulingProblem(
            RandomProblems.Curve(1, 1, 1, 1, 1, 1),
            new ResourcePool("gpus", [2, 2, 0, 2, 2, 2]),
            [
                new Job("beyond", 3, 1, 4, 9),
                new Job("capacity", 1, 3, 0, 6),
                new Job("chain-1", 3, 1, 0, 6),
                new Job("chain-2", 3, 1, 0, 5, predecessors: ["chain-1"]),
                new Job("fine", 2, 2, 0, 6),
                new Job("gap", 4, 1, 0, 6),
                new Job("late", 3, 1, 1, 3),
                new Job("pieces", 4, 1, 0, 6, preemption: new Preemption(3, 3)),
                new Job("resumes", 4, 1, 0, 6, preemption: new Preemption(2, 2)),
            ]);

        Dictionary<string, Infeasibility> found = problem.FindInfeasibilities().ToDictionary(reason => reason.JobId);

        found.Keys.Should().BeEquivalentTo("beyond", "capacity", "chain-1", "chain-2", "gap", "late", "pieces");
        found["beyond"].Constraint.Should().Be(InfeasibleConstraint.Deadline);
        found["beyond"].Remedy.Should().Contain("at slot 3 or earlier").And.Contain("7 slots or more");
        found["late"].Remedy.Should().Contain("deadline of slot 4 or later");
        found["capacity"].Constraint.Should().Be(InfeasibleConstraint.Capacity);
        found["capacity"].Resource.Should().Be("gpus");
        found["capacity"].Remedy.Should().Contain("1 more of 'gpus'");
        found["chain-2"].Constraint.Should().Be(InfeasibleConstraint.Precedence);
        found["chain-2"].Message.Should().Contain("predecessors end at slot 3");
        found["chain-1"].Constraint.Should().Be(InfeasibleConstraint.Precedence, "its successor must run and ends by slot 5");
        found["gap"].Message.Should().Contain("for 3 slots in a row and 5 in all");
        found["gap"].Remedy.Should().Contain("1 more of 'gpus' in slots 0..3");
        found.Values.Should().OnlyContain(reason => reason.IsProven);
    }

    [Fact]
    public void Schedule_BrokenRules_AreRefused()
    {
        var problem = new SchedulingProblem(
            RandomProblems.Curve(1, 2, 3, 4),
            new ResourcePool("p", 1),
            [new Job("a", 2, 1, 1, 4), new Job("b", 1, 1, 0, 4, penalty: 9, predecessors: ["a"])]);

        problem.FindViolations(Place(("a", [new(1, 2)]), ("b", [new(3, 1)]))).Should().BeEmpty();
        problem.FindViolations(Place(("a", [new(1, 2)]))).Should().BeEmpty("b may be rejected");
        Violation(("b", [new(3, 1)])).Should().Contain("'a' must run");
        Violation(("a", [new(0, 2)])).Should().Contain("before its release 1");
        Violation(("a", [new(1, 1)])).Should().Contain("runs 1 slots and must run exactly 2");
        Violation(("a", [new(1, 1), new(2, 1)])).Should().Contain("2 pieces");
        Violation(("a", [new(2, 1), new(1, 1)])).Should().Contain("out of order");
        Violation(("a", [new(3, 2)])).Should().Contain("outside the horizon");
        Violation(("a", [])).Should().Contain("without a piece");
        Violation(("a", [new(1, 2)]), ("b", [new(2, 1)])).Should().Contain("before its predecessor 'a' ends at 3").And.Contain("carries 2 of 1");
        Violation(("a", [new(1, 2)]), ("ghost", [new(3, 1)])).Should().Contain("'ghost' is not in the problem");
        Fails(() => new Schedule(problem, "test", Place(("a", [new(0, 2)])), new CostBound(0, "none")), "Not a feasible schedule*release*");

        string Violation(params (string, Segment[])[] places) => string.Join(' ', problem.FindViolations(Place(places)));
    }

    [Fact]
    public void Schedule_Figures_AddUp()
    {
        var problem = new SchedulingProblem(
            RandomProblems.Curve(10, 2, 3, 4),
            new ResourcePool("p", 2),
            [new Job("a", 2, 1, 0, 4, rate: 2), new Job("b", 1, 2, 0, 4, penalty: 7)]);
        var schedule = new Schedule(problem, "test", Place(("a", [new(1, 2)])), new CostBound(12, "by hand"), runNowCost: 34);

        (schedule.RunCost, schedule.PenaltyCost, schedule.TotalCost).Should().Be((10, 7, 17));
        (schedule.AbsoluteGap, schedule.Saving, schedule.SavingCaptured).Should().Be((5, 17, 17.0 / 22));
        schedule.Gap.Should().BeApproximately(5 / 12.0, 1e-15);
        schedule.LoadOf().Should().Equal(0, 1, 1, 0);
        schedule["b"].Should().BeNull();
        Assignment a = schedule["a"]!;
        (a.Start, a.End, a.Cost, a.CostAtRelease, a.DeadlineSlack).Should().Be((1, 3, 10, 24, 1));
        a.StartTime.Should().Be(RandomProblems.Start.AddHours(1));
        a.Explain().Should().Be("a runs 2026-03-01 01:00 to 2026-03-01 03:00 (+00:00): 58 % below its cost at release; 1 h before its deadline");
    }

    [Fact]
    public void DualPrices_NegativeOrRagged_AreRefused()
    {
        Fails(() => new DualPrices([[1, -1]]), "*0 or more*");
        Fails(() => new DualPrices([[1, double.NaN]]), "*");
        Fails(() => new DualPrices([[1], [1, 2]]), "*");
    }

    private static Dictionary<string, IReadOnlyList<Segment>> Place(params (string Id, Segment[] Pieces)[] places) =>
        places.ToDictionary(place => place.Id, place => (IReadOnlyList<Segment>)place.Pieces);

    private static SchedulingProblem Problem(params Job[] jobs) => new(RandomProblems.Curve(1, 2, 3, 4, 5), Pool, jobs);

    private static void Fails(Func<object> make, string message) =>
        make.Should().Throw<ArgumentException>().WithMessage(message);
}
