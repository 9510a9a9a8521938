using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vouch.AuditKillTarget;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Tests.Audit;

namespace Vouch.TrustEngine.Sqlite.Tests;

/// <summary>A real process that appends, killed without warning (SIGKILL) at random moments, in a file and in SQLite. <c>VOUCH_AUDIT_KILLS</c> sets how often, each; the default is 12.</summary>
public sealed class AuditKillTests : IDisposable
{
    private const int KillsPerLog = 25;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("file")]
    [InlineData("sqlite")]
    public async Task KilledAtRandomMoments_NoAcknowledgedEntryIsLostAndTheLogStaysAPrefix(string kind)
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("VOUCH_AUDIT_KILLS") ?? "12", CultureInfo.InvariantCulture);
        var random = new Random(20_261_121);
        long acknowledged = 0;
        long torn = 0;
        for (int kill = 0; kill < kills;)
        {
            string path = _folder.File($"{kind}-{kill}.log");
            var expected = new Dictionary<long, (int Appender, int Number)>();
            TreeHead before = new(0, MerkleTree.EmptyRoot);
            for (int run = 0; run < KillsPerLog && kill < kills; run++, kill++)
            {
                int known = expected.Count;
                await AppendUntilKilledAsync(kind, path, run, random, expected);
                acknowledged += expected.Count - known;

                using AuditLog log = Open(kind, path);

                torn += log.Recovery.TornBytes > 0 ? 1 : 0;
                foreach ((long index, (int appender, int number)) in expected)
                {
                    log.Count.Should().BeGreaterThan(index, $"entry {index} was acknowledged before kill {kill}");
                    log.ReadEntry(index).AsSpan().SequenceEqual(KillEntry.Make(appender, number)).Should().BeTrue($"entry {index} was acknowledged with these bytes before kill {kill}");
                }

                log.GetHead(before.Size).Should().Be(before, "what the log held before stays as it was");
                for (long index = before.Size; index < log.Count; index++)
                {
                    byte[] entry = log.ReadEntry(index);
                    (int appender, int number) = KillEntry.Read(entry);
                    entry.AsSpan().SequenceEqual(KillEntry.Make(appender, number)).Should().BeTrue($"entry {index} is one that was appended, whole");
                }

                before = log.Head;
            }
        }

        acknowledged.Should().BeGreaterThan(kills);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {acknowledged} entries acknowledged, {torn} cut-off appends removed");
    }

    private static AuditLog Open(string kind, string path) => kind == "sqlite" ? AuditLog.Open(SqliteAuditStore.Open(path)) : AuditLog.Open(path);

    private static async Task AppendUntilKilledAsync(string kind, string path, int run, Random random, Dictionary<long, (int Appender, int Number)> acknowledged)
    {
        string target = Path.Combine(AppContext.BaseDirectory.Replace("Vouch.TrustEngine.Sqlite.Tests", "Vouch.AuditKillTarget", StringComparison.Ordinal), "Vouch.AuditKillTarget.dll");
        File.Exists(target).Should().BeTrue("the kill target is built with the tests, at {0}", target);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [target, kind, path, run.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true },
        };
        process.Start();

        // The moment is drawn in acknowledgements, not in time: it falls anywhere in the work on a fast machine and on a slow one.
        int linesToLive = random.Next(1, 300);
        var pending = new StringBuilder();
        char[] buffer = new char[4096];
        int read;
        while ((read = await process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            // The kill may cut a line off, and a number with it: only lines with their end count, the last of them most of all.
            pending.Append(buffer, 0, read);
            string[] lines = pending.ToString().Split('\n');
            pending.Clear().Append(lines[^1]);
            foreach (string line in lines[..^1])
            {
                int[] numbers = [.. line.Split(' ').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
                acknowledged[numbers[0]] = (numbers[1], numbers[2]);
                if (--linesToLive == 0)
                {
                    process.Kill();
                }
            }
        }

        await process.WaitForExitAsync();
    }
}
