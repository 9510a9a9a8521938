using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Economy.Formats;
using Vouch.Economy.Scheduling;
using Vouch.TestData;

namespace Vouch.Economy.Tests.Formats;

public class FormatTests
{
    private const string Small = """
        { "name": "tiny", "slot_minutes": 30, "slots": 4, "start": "2026-03-01T00:00:00", "unknown": {"x": [1]},
          "resources": [{"name": "cores", "capacity": 4}, {"name": "gpus", "capacity": 1}],
          "price": [5, -1, 0, 2], "price_forecast": [5, 5, 5, 5], "capacity_profile": {"gpus": [1, 0, 1, 1]},
          "jobs": [
            {"id": 7, "release": 0, "deadline": 4, "duration": 2, "demand": [2, 1], "rate": 3, "weight": 8, "class": "urgent", "preemptible": true,
             "resume_overhead": 1, "max_segments": 3, "min_segment": 2, "preds": [], "penalty": 90},
            {"id": 8, "deadline": 9, "duration": 1, "demand": [1, 0], "preds": [7]}
          ] }
        """;

    [Fact]
    public void Read_DocumentedFormat_FillsEveryField()
    {
        SchedulingInstance instance = Read(Small);

        instance.Name.Should().Be("tiny");
        instance.PriceForecast.Should().Equal(5, 5, 5, 5);
        SchedulingProblem problem = instance.Problem;
        problem.Prices.SlotLength.Should().Be(TimeSpan.FromMinutes(30));
        problem.Prices.Start.Should().Be(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        problem.Pools.Select(pool => pool.CapacityAt(1)).Should().Equal(4, 0);
        Job job = problem.FindJob("7")!;
        (job.DurationSlots, job.Rate, job.Penalty, job.Priority, job.Deadline).Should().Be((2, 3, 90, new Priority(8), 4));
        job.Preemption.Should().Be(new Preemption(3, 2, 1));
        Job next = problem.FindJob("8")!;
        (next.Release, next.MustRun, next.Rate, next.Priority).Should().Be((0, true, 1, Priority.Normal));
        next.Predecessors.Should().Equal("7");
    }

    [Theory]
    [InlineData("\"slot_minutes\": 30", "\"slot_minutes\": 0", "$.slot_minutes")]
    [InlineData("\"slot_minutes\": 30,", "", "$.slot_minutes")]
    [InlineData("\"slots\": 4", "\"slots\": 5", "$.price")]
    [InlineData("\"slots\": 4", "\"slots\": 4.5", "$.slots")]
    [InlineData("[5, -1, 0, 2]", "[5, -1, null, 2]", "$.price[2]")]
    [InlineData("[5, -1, 0, 2]", "[5, -1, 1e200, 2]", "$.price")]
    [InlineData("[5, 5, 5, 5]", "[5]", "$.price_forecast")]
    [InlineData("[1, 0, 1, 1]", "[1, 0, 1]", "$.capacity_profile.gpus")]
    [InlineData("[1, 0, 1, 1]", "[1, -2, 1, 1]", "$.capacity_profile.gpus")]
    [InlineData("\"capacity\": 4", "\"capacity\": \"4\"", "$.resources[0].capacity")]
    [InlineData("\"capacity\": 4", "\"size\": 4", "$.resources[0].capacity")]
    [InlineData("\"name\": \"gpus\"", "\"name\": \"cores\"", "$.jobs")]
    [InlineData("2026-03-01T00:00:00", "soon", "$.start")]
    [InlineData("\"id\": 7, ", "", "$.jobs[0].id")]
    [InlineData("\"id\": 7", "\"id\": 8", "$.jobs")]
    [InlineData("\"demand\": [1, 0]", "\"demand\": [1]", "$.jobs[1].demand")]
    [InlineData("\"demand\": [1, 0]", "\"demand\": [-1, 0]", "$.jobs[1]")]
    [InlineData("\"duration\": 1", "\"duration\": 0", "$.jobs[1]")]
    [InlineData("\"duration\": 1", "\"duration\": 99999999999", "$.jobs[1].duration")]
    [InlineData("\"max_segments\": 3", "\"max_segments\": 0", "$.jobs[0]")]
    [InlineData("\"preds\": [7]", "\"preds\": [9]", "$.jobs")]
    [InlineData("\"preds\": []", "\"preds\": [8]", "$.jobs")]
    [InlineData("\"preds\": []", "\"preds\": \"none\"", "$.jobs[0].preds")]
    public void Read_OneThingWrong_NamesItsPath(string old, string replacement, string path)
    {
        Small.Should().Contain(old);

        InputValidationException error = FluentActions.Invoking(() => Read(Small.Replace(old, replacement, StringComparison.Ordinal)))
            .Should().Throw<InputValidationException>().Which;

        error.Location.Should().Be(path);
        error.Expected.Should().NotBeNullOrEmpty();
        error.Message.Should().StartWith("test: ");
    }

    [Fact]
    public void Read_MutatedOrTruncated_EndsInAnInstanceOrATypedError()
    {
        byte[] text = Encoding.UTF8.GetBytes(Small);
        int refused = 0;
        for (int seed = 0; seed < 6_000; seed++)
        {
            var random = new Random(seed);
            byte[] mutated = random.Next(3) == 0 ? text[..random.Next(text.Length)] : [.. text];
            for (int i = random.Next(4); i >= 0 && mutated.Length > 0; i--)
            {
                mutated[random.Next(mutated.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"0123456789-.eE[]{},:\"nul"[random.Next(24)];
            }

            try
            {
                SchedulingInstanceReader.Read(new MemoryStream(mutated));
            }
            catch (InputValidationException error)
            {
                error.Location.Should().StartWith("$");
                refused++;
            }
        }

        refused.Should().BeGreaterThan(1_000);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"jobs\": [null]}")]
    public void Read_NotAnInstance_IsRefused(string text) =>
        FluentActions.Invoking(() => Read(text)).Should().Throw<InputValidationException>();

    [Fact]
    public void ReadFile_BrokenGzip_IsRefused()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json.gz");
        File.WriteAllText(path, "not gzip");
        try
        {
            FluentActions.Invoking(() => SchedulingInstanceReader.ReadFile(path)).Should().Throw<InputValidationException>();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Write_Schedule_IsTheDocumentedJson()
    {
        SchedulingProblem problem = Read(Small).Problem;
        var places = new Dictionary<string, IReadOnlyList<Segment>> { ["7"] = [new(2, 2)], ["8"] = [new(4, 1)] };
        problem.FindViolations(places).Should().ContainSingle("slot 4 is outside the horizon");
        var shorter = new SchedulingProblem(problem.Prices, problem.Pools, [problem.FindJob("7")!, new Job("9", 1, [1, 0], 0, 4, penalty: 1), new Job("x", 1, [1, 0], 0, 4, penalty: 1)]);
        var schedule = new Schedule(
            shorter, "test", new Dictionary<string, IReadOnlyList<Segment>> { ["7"] = [new(2, 2)] }, new CostBound(-3, "test", new DualPrices([[0, 1, 2.5, 0], [0, 0, 0, 0]])));
        using var written = new MemoryStream();
        using var certificate = new MemoryStream();

        ScheduleWriter.Write(schedule, written);
        ScheduleWriter.WriteCertificate(schedule, certificate);

        Encoding.UTF8.GetString(written.ToArray()).Should().Be("""{"segments":{"7":[[2,2]]},"rejected":[9,"x"]}""");
        Encoding.UTF8.GetString(certificate.ToArray()).Should().Be("""{"lambda":[[0,1,2.5,0],[0,0,0,0]],"bound":-3}""");
    }

    [Theory]
    [InlineData("s10.json")]
    [InlineData("m07.json")]
    [InlineData("o01.json")]
    [InlineData("r02.json.gz")]
    public void Write_ReferenceInstance_IsAcceptedByTheIndependentChecker(string file)
    {
        string instancePath = SharedData.Require("economy/instances/" + file);
        string checker = SharedData.Require("../tools/check_schedule.py");
        Schedule schedule = new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 50, BoundIterations = 10 })
            .Solve(SchedulingInstanceReader.ReadFile(instancePath).Problem);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vouch-economy");
        try
        {
            string schedulePath = Path.Combine(folder.FullName, "schedule.json");
            string dualsPath = Path.Combine(folder.FullName, "duals.json");
            using (FileStream stream = File.Create(schedulePath))
            {
                ScheduleWriter.Write(schedule, stream);
            }

            using (FileStream stream = File.Create(dualsPath))
            {
                ScheduleWriter.WriteCertificate(schedule, stream);
            }

            using JsonDocument verdict = JsonDocument.Parse(Python(checker, instancePath, schedulePath, "--duals", dualsPath, "--json"));
            verdict.RootElement.GetProperty("violations").GetArrayLength().Should().Be(0);
            verdict.RootElement.GetProperty("feasible").GetBoolean().Should().BeTrue();
            verdict.RootElement.GetProperty("cost").GetDouble().Should().Be(schedule.TotalCost);
            verdict.RootElement.GetProperty("lower_bound").GetDouble().Should().Be(schedule.Bound.Value);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SchedulingInstance Read(string text) => SchedulingInstanceReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");

    private static string Python(params string[] arguments)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Not on this machine: skipped below.
        }

        Assert.SkipWhen(process is null, "python3 is not on this machine.");
        using (process)
        {
            string output = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
    }
}
