using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vouch.CacheKillTarget;
using Vouch.Caching.Persistence;

namespace Vouch.Caching.Tests.Persistence;

/// <summary>A real process that stores and removes, killed without warning (SIGKILL) at random moments. <c>VOUCH_CACHE_KILLS</c> sets how often in all; the default is 50.</summary>
public sealed class PersistentCacheKillTests : IDisposable
{
    private const int KillsPerFolder = 25;
    private const int SegmentBytes = 128 << 10;
    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("with room", 64L << 20)]
    [InlineData("without room", 1L << 20)]
    public async Task KilledAtRandomMoments_NoWrongValueIsServed_AndWithRoomNoneIsLost(string kind, long maxBytes)
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("VOUCH_CACHE_KILLS") ?? "50", CultureInfo.InvariantCulture) / 2;
        bool roomy = kind == "with room";
        var random = new Random(roomy ? 20_261_121 : 20_261_122);
        (long steps, long served, long expected) = (0, 0, 0);
        for (int kill = 0; kill < kills;)
        {
            string folder = Path.Combine(_folder.Path, $"{kill}");
            var state = new Dictionary<string, byte[]?>();
            for (int run = 0; run < KillsPerFolder && kill < kills; run++, kill++)
            {
                int[] acknowledged = await WorkUntilKilledAsync(folder, run, maxBytes, random);
                steps += acknowledged.Sum();
                var mayBe = new Dictionary<string, byte[]?>();
                for (int writer = 0; writer < KillStep.Writers; writer++)
                {
                    for (int number = 0; number < acknowledged[writer]; number++)
                    {
                        KillStep step = KillStep.Of(run, writer, number);
                        state[Encoding.UTF8.GetString(step.Key)] = step.Removes ? null : step.Value();
                    }

                    // The step that was under way: it may have happened.
                    KillStep last = KillStep.Of(run, writer, acknowledged[writer]);
                    mayBe[Encoding.UTF8.GetString(last.Key)] = last.Removes ? null : last.Value();
                }

                using var cache = new PersistentCache(new PersistentCacheOptions { Folder = folder, MaxBytes = maxBytes, SegmentBytes = SegmentBytes });

                cache.Recovery.DamagedRecords.Should().Be(0, "a killed process leaves no damage");
                foreach (byte[] keyBytes in KillStep.AllKeys())
                {
                    string key = Encoding.UTF8.GetString(keyBytes);
                    byte[]? found = cache.Get(keyBytes);
                    byte[]? right = state.GetValueOrDefault(key);
                    bool open = mayBe.TryGetValue(key, out byte[]? other);
                    bool asAcknowledged = Same(found, right);
                    (asAcknowledged || (open && Same(found, other)) || (!roomy && found is null))
                        .Should().BeTrue($"'{key}' is served what was stored last (kill {kill}, {kind})");
                    expected += right is null || open ? 0 : 1;
                    served += right is not null && !open && asAcknowledged ? 1 : 0;
                    state[key] = found;
                }
            }
        }

        steps.Should().BeGreaterThan(kills * 10L);
        if (roomy)
        {
            served.Should().Be(expected);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {kills} kills, {steps} steps acknowledged, {served} of {expected} entries served after the restarts");
    }

    private static bool Same(byte[]? one, byte[]? other) => one is null || other is null ? one == other : one.AsSpan().SequenceEqual(other);

    // Returns how many steps of each writer were acknowledged.
    private static async Task<int[]> WorkUntilKilledAsync(string folder, int run, long maxBytes, Random random)
    {
        string target = Path.Combine(AppContext.BaseDirectory.Replace("Vouch.Caching.Tests", "Vouch.CacheKillTarget", StringComparison.Ordinal), "Vouch.CacheKillTarget.dll");
        File.Exists(target).Should().BeTrue("the kill target is built with the tests, at {0}", target);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [target, folder, run.ToString(CultureInfo.InvariantCulture), maxBytes.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardOutput = true,
            },
        };
        process.Start();

        // The moment is drawn in acknowledgements, not in time: it falls anywhere in the work on a fast machine and on a slow one.
        int linesToLive = random.Next(1, 2_500);
        int[] acknowledged = new int[KillStep.Writers];
        var pending = new StringBuilder();
        char[] buffer = new char[4096];
        int read;
        while ((read = await process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            // The kill may cut a line off, and a number with it: only lines with their end count.
            pending.Append(buffer, 0, read);
            string[] lines = pending.ToString().Split('\n');
            pending.Clear().Append(lines[^1]);
            foreach (string line in lines[..^1])
            {
                int[] numbers = [.. line.Split(' ').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
                acknowledged[numbers[0]] = numbers[1] + 1;
                if (--linesToLive == 0)
                {
                    process.Kill();
                }
            }
        }

        await process.WaitForExitAsync();
        return acknowledged;
    }
}
