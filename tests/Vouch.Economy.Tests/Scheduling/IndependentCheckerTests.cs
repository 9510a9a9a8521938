using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vouch.Economy.Formats;
using Vouch.Economy.Scheduling;
using Vouch.TestData;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>Schedules and certificates as files, judged by a program that shares no line with the package.</summary>
public class IndependentCheckerTests
{
    [Theory]
    [InlineData("s04")]
    [InlineData("m01")]
    [InlineData("m07")]
    [InlineData("o01")]
    public void Solve_ReferenceInstance_IsConfirmed(string name)
    {
        string instance = SharedData.Require($"economy/instances/{name}.json");
        string checker = SharedData.Require("../tools/check_schedule.py");
        SchedulingInstance read = SchedulingInstanceReader.ReadFile(instance);
        Schedule schedule = new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 1_000, BoundIterations = 150 }).Solve(read.Problem);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vouch-economy-");
        try
        {
            string plan = Path.Combine(folder.FullName, "schedule.json");
            string duals = Path.Combine(folder.FullName, "duals.json");
            using (FileStream stream = File.Create(plan))
            {
                ScheduleWriter.Write(schedule, stream);
            }

            using (FileStream stream = File.Create(duals))
            {
                ScheduleWriter.WriteCertificate(schedule, stream);
            }

            using JsonDocument verdict = Check(checker, instance, plan, duals);

            verdict.RootElement.GetProperty("feasible").GetBoolean().Should().BeTrue();
            verdict.RootElement.GetProperty("cost").GetDouble().Should().Be(schedule.TotalCost);
            verdict.RootElement.GetProperty("lower_bound").GetDouble().Should().Be(schedule.Bound.Value);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonDocument Check(string checker, string instance, string plan, string duals)
    {
        var start = new ProcessStartInfo("python3", [checker, instance, plan, "--duals", duals, "--json"]) { RedirectStandardOutput = true };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            Assert.Skip(string.Create(CultureInfo.InvariantCulture, $"python3 does not start here: {missing.Message}"));
        }

        using (process)
        {
            string output = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return JsonDocument.Parse(output);
        }
    }
}
