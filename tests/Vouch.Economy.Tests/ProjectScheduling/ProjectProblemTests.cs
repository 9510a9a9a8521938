using Vouch.Economy.ProjectScheduling;

namespace Vouch.Economy.Tests.ProjectScheduling;

public sealed class ProjectProblemTests
{
    private static readonly ProjectResource Crane = new("crane", 2);

    [Fact]
    public void Constructor_BadParts_NamesWhatIsWrong()
    {
        Refused(() => new ProjectProblem([Crane], []), "1 to 65535");
        Refused(() => new ProjectProblem([Crane, Crane], [new ProjectActivity("a", 1, [1, 1])]), "crane");
        Refused(() => new ProjectProblem([Crane], [new ProjectActivity("a", 1, [1]), new ProjectActivity("a", 1, [1])]), "'a'");
        Refused(() => new ProjectProblem([Crane], [new ProjectActivity("a", 1, [1, 2])]), "demands must be 1");
        Refused(() => new ProjectProblem([Crane], [new ProjectActivity("a", 1, [3])]), "never run");
        Refused(() => new ProjectProblem([Crane], [new ProjectActivity("a", 1, [1], ["b"])]), "'b'");
        Refused(() => new ProjectProblem([Crane], [.. Enumerable.Range(0, 11).Select(i => new ProjectActivity($"{i}", ProjectActivity.MaxDuration, [1]))]), "longer slots");
        Refused(() => new ProjectActivity("a", -1, [1]), "duration");
        Refused(() => new ProjectActivity("a", 1, [-1]), "demands");
        Refused(() => new ProjectActivity("a", 1, [1], ["a"]), "itself");
        Refused(() => new ProjectActivity(new string('x', 257), 1, [1]), "256");
        Refused(() => new ProjectResource("r", -1), "capacity");
    }

    [Fact]
    public void Constructor_Circle_NamesAMemberOfIt()
    {
        ProjectActivity[] activities =
        [
            new("outside", 1, [1], ["c"]), new("a", 1, [1], ["c", "start"]), new("b", 1, [1], ["a"]), new("c", 1, [1], ["b"]), new("start", 1, [1]),
        ];

        Action make = () => _ = new ProjectProblem([Crane], activities);

        make.Should().Throw<ArgumentException>().WithMessage("Activity '[abc]': *lead back*".Replace("[abc]", "*", StringComparison.Ordinal)).And.Message.Should().NotContain("'outside'");
    }

    [Fact]
    public void FindViolations_BrokenStarts_NamesActivitySlotAndResource()
    {
        var problem = new ProjectProblem([Crane], [new ProjectActivity("a", 3, [1]), new ProjectActivity("b", 2, [2]), new ProjectActivity("c", 1, [1], ["b"])]);

        problem.FindViolations([0, 3, 5]).Should().BeEmpty();
        problem.FindViolations([0, 2, 4]).Should().ContainSingle().Which.Should().Contain("Slot 2").And.Contain("crane");
        problem.FindViolations([0, 3, 4]).Should().HaveCount(2).And.Contain(text => text.Contains("'c'", StringComparison.Ordinal));
        problem.FindViolations([-1, 3, 5]).Should().ContainSingle().Which.Should().Contain("'a'");
        problem.FindViolations([0, 3]).Should().ContainSingle();
    }

    [Fact]
    public void Schedule_BrokenStarts_IsRefused()
    {
        var problem = new ProjectProblem([Crane], [new ProjectActivity("a", 3, [2]), new ProjectActivity("b", 2, [2])]);
        Action make = () => _ = new ProjectSchedule(problem, "mine", [0, 1], new ProjectBound(5, "resource capacity"), 1);

        make.Should().Throw<ArgumentException>().WithMessage("*crane*");
    }

    [Fact]
    public void Schedule_Optimal_SaysSo()
    {
        var problem = new ProjectProblem([Crane], [new ProjectActivity("a", 3, [2]), new ProjectActivity("b", 2, [2])]);

        ProjectSchedule schedule = new GeneticProjectScheduler().Solve(problem);

        (schedule.Makespan, schedule.Bound.Value, schedule.IsOptimal).Should().Be((5, 5, true));
        schedule.Bound.Method.Should().Be("resource capacity");
        schedule.Evidence.Reasons[0].Should().Contain("shortest");
        schedule.Invoking(s => s["z"]).Should().Throw<KeyNotFoundException>();
    }

    private static void Refused(Func<object> make, string message) => make.Should().Throw<ArgumentException>().WithMessage($"*{message}*");
}
