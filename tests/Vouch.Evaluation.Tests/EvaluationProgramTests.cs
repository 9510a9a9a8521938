using System.Reflection;
using System.Text.Json;
using Vouch.TestData;

namespace Vouch.Evaluation.Tests;

/// <summary>The program as its users see it: arguments in, exit status and JSON out.</summary>
public sealed class EvaluationProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vouch-evaluation-").FullName;

    [Fact]
    public void All_TaskNames_AreUnique() =>
        EvaluationTasks.All.Select(static task => $"{task.Area} {task.Name}").Should().OnlyHaveUniqueItems().And.NotBeEmpty();

    [Fact]
    public void Run_WithoutArguments_ExitsWithTwo() => Run().Should().Be(2);

    [Fact]
    public void Run_Help_ExitsWithZero() => Run("--help").Should().Be(0);

    [Theory]
    [InlineData("trust", "no-such-task")]
    [InlineData("trust", "merkle")]
    [InlineData("trust", "merkle", "--data", "no-such-folder")]
    [InlineData("trust", "merkle", "--seed", "one", "--data", ".")]
    [InlineData("trust", "merkle", "data")]
    public void Run_BadArguments_ExitsWithTwo(params string[] arguments) => Run(arguments).Should().Be(2);

    public static TheoryData<string, string> TasksThatNeedData =>
        new(EvaluationTasks.All.Where(static task => task.NeedsData).Select(static task => (task.Area, task.Name)));

    [Theory]
    [MemberData(nameof(TasksThatNeedData))]
    public void Run_EmptyDataFolder_ExitsWithTwo(string area, string task) => Run(area, task, "--data", _folder).Should().Be(2);

    [Theory]
    [InlineData("trust", "merkle", "trust/merkle", "case,ok", "ok,total")]
    [InlineData("trust", "sampling", "trust/sampling", "case,ok", "ok,total")]
    [InlineData("optimizer", "scenes", "optimizer/scenes", "scene,ok,wrong_fields,seconds", "exact,total,p50_seconds,p99_seconds")]
    [InlineData("optimizer", "forecast", "optimizer/scenes", "scene,target,predicted,actual", "time_within_20,noise_within_20,coverage90")]
    public void Run_ReferenceData_KeepsItsPromisesAndWritesTheContractsKeys(string area, string task, string data, string rowKeys, string summaryKeys)
    {
        string file = Path.Combine(_folder, "result.json");

        int status = Run(area, task, "--data", SharedData.Require(data), "--json", file, "--seed", "7");

        status.Should().Be(0);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement root = document.RootElement;
        root.GetProperty("area").GetString().Should().Be(area);
        root.GetProperty("task").GetString().Should().Be(task);
        root.GetProperty("seed").GetInt32().Should().Be(7);
        root.GetProperty("seconds").GetDouble().Should().BePositive();
        root.GetProperty("rows").GetArrayLength().Should().BePositive();
        root.GetProperty("rows")[0].EnumerateObject().Select(static property => property.Name).Should().Contain(rowKeys.Split(','));
        root.GetProperty("summary").EnumerateObject().Select(static property => property.Name).Should().Contain(summaryKeys.Split(','));
    }

    [Fact]
    public void Run_Replication_KeepsItsPromiseAndWritesTheContractsKeys()
    {
        string file = Path.Combine(_folder, "replication.json");

        int status = Run("trust", "replication", "--seeds", "4", "--workers", "20", "--jobs", "500", "--error-budget", "0.01", "--json", file);

        status.Should().Be(0);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement[] rows = [.. document.RootElement.GetProperty("rows").EnumerateArray()];
        rows[0].EnumerateObject().Select(static property => property.Name).Should().Contain(["population", "factor", "wrong"]);
        rows.Select(static row => row.GetProperty("population").GetString()).Should().StartWith(["honest", "sleepers_10", "colluders_30"]);
        rows[0].GetProperty("wrong").GetDouble().Should().Be(0);
        rows.Should().OnlyContain(static row => row.GetProperty("factor").GetDouble() >= 1 && row.GetProperty("honest_suspended").GetDouble() == 0);
        Run("trust", "replication", "--population", "nobody").Should().Be(2);
        Run("trust", "replication", "--check-power", "much").Should().Be(2);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Run(params string[] arguments) => (int)typeof(EvaluationTasks).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!;
}
