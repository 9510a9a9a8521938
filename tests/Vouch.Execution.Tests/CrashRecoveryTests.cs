using System.Diagnostics;
using Vouch.TrustEngine.Audit;

namespace Vouch.Execution.Tests;

/// <summary>A real process, killed without warning (SIGKILL) at random moments and started again.</summary>
public sealed class CrashRecoveryTests : IDisposable
{
    private const int Kills = 50;
    private const int Units = 200;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vouch-kill-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task KilledFiftyTimes_NothingHandedOutIsLostOrDoneAgain_AndTheLogVerifies()
    {
        var random = new Random(20_261_121);
        var handedOut = new HashSet<string>();
        var jobs = 0;
        int killed = 0;
        while (killed < Kills)
        {
            string place = Path.Combine(_folder, $"job{jobs}");
            Run run = await StartAndKillAsync(place, random);
            jobs += run.Ended ? 1 : 0;
            killed += run.Ended ? 0 : 1;

            // Read back: everything that was handed out before, and perhaps acceptances whose hand-over the kill cut off.
            // A run that was killed while it still read back tells less; the next one tells the rest.
            if (run.New.Count > 0 || run.Ended)
            {
                handedOut.Except(run.Old).Should().BeEmpty("an accepted unit is never lost (kill {0})", killed);
            }

            run.Done.Intersect(handedOut.Union(run.Old)).Should().BeEmpty("an accepted unit is never done again (kill {0})", killed);
            handedOut.UnionWith(run.Old);
            handedOut.UnionWith(run.New);
            AuditLogVerification verification = AuditLog.Verify(Directory.GetFiles(place, "audit.log", SearchOption.AllDirectories).Single());
            verification.IsIntact.Should().BeTrue("kill {0}", killed);
            if (run.Ended)
            {
                run.EndLine.Should().Be($"end Completed {Units} 0");
                handedOut.Should().HaveCount(Units);
                handedOut.Clear();
            }
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task<Run> StartAndKillAsync(string place, Random random)
    {
        string target = Path.Combine(AppContext.BaseDirectory.Replace("Vouch.Execution.Tests", "Vouch.KillTarget", StringComparison.Ordinal), "Vouch.KillTarget.dll");
        File.Exists(target).Should().BeTrue("the kill target is built with the tests, at {0}", target);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [target, place, Units.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true },
        };
        process.Start();

        // The moment is drawn in lines of output, not in time: it falls anywhere in the work on a fast machine and on a slow one.
        int linesToLive = random.Next(1, 450);
        var run = new Run();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            run.Take(line);
            if (--linesToLive == 0)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        return run;
    }

    private sealed class Run
    {
        public HashSet<string> Old { get; } = [];

        public HashSet<string> New { get; } = [];

        public HashSet<string> Done { get; } = [];

        public string? EndLine { get; private set; }

        public bool Ended => EndLine is not null;

        public void Take(string line)
        {
            (string word, string rest) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, "");
            switch (word)
            {
                case "old":
                    Old.Add(rest);
                    break;
                case "new":
                    New.Add(rest);
                    break;
                case "done":
                    Done.Add(rest);
                    break;
                case "end":
                    EndLine = line;
                    break;
                default:
                    // A line that the kill cut off.
                    break;
            }
        }
    }
}
