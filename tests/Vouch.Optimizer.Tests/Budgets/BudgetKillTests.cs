using System.Diagnostics;
using System.Globalization;
using Vouch.Optimizer.Budgets;

namespace Vouch.Optimizer.Tests.Budgets;

/// <summary>
/// A program that spends is killed in the middle, again and again, and started anew on the same journal: a bill that was told is never forgotten, what was under way counts in full, and over
/// all lives together the cap holds. <c>VOUCH_BUDGET_KILLS</c> sets how often.
/// </summary>
public sealed class BudgetKillTests
{
    [Fact]
    public async Task Kill_BetweenReserveAndSettle_NoLifeForgetsWhatTheOthersSpent()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("VOUCH_BUDGET_KILLS") ?? "3", CultureInfo.InvariantCulture);
        string folder = Directory.CreateTempSubdirectory("vouch-kill").FullName;
        string file = Path.Combine(folder, "budget");
        decimal limit = 2m * kills;
        long billed = 0;
        long underWay = 0;
        for (int life = 0; life < kills; life++)
        {
            foreach (string[] words in (await LiveAndDieAsync(file, limit, lines: 200 + (life * 37))).Select(line => line.Split(' ')))
            {
                long first = long.Parse(words[1], CultureInfo.InvariantCulture);
                switch (words[0])
                {
                    case "o":
                        long gone = NanoUsd.FromUsd(limit).Value - first;
                        gone.Should().BeGreaterThanOrEqualTo(billed + underWay, "no bill that was told is forgotten, and a call under way counts in full");

                        // At most one call of each of four callers was set aside untold, or billed and not settled, when each kill came.
                        gone.Should().BeLessThanOrEqualTo(billed + underWay + (4L * life * 100_000));
                        break;
                    case "r":
                        underWay += first;
                        break;
                    default:
                        underWay -= first;
                        billed += long.Parse(words[2], CultureInfo.InvariantCulture);
                        break;
                }
            }
        }

        using (var journal = new FileBudgetJournal(file))
        {
            var ledger = new BudgetLedger(new BudgetOptions { Caps = [new SpendCapOptions { Name = "all", LimitUsd = limit }] }, journal);
            (NanoUsd.FromUsd(limit).Value - ledger.Available(null, out _).Value).Should().BeGreaterThanOrEqualTo(billed + underWay);
        }

        billed.Should().BeGreaterThan(0);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<List<string>> LiveAndDieAsync(string file, decimal limit, int lines)
    {
        string target = Path.Combine(AppContext.BaseDirectory.Replace("Vouch.Optimizer.Tests", "Vouch.BudgetKillTarget", StringComparison.Ordinal), "Vouch.BudgetKillTarget.dll");
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [target, file, limit.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, UseShellExecute = false },
        };
        process.Start();
        var told = new List<string>();
        while (told.Count < lines && await process.StandardOutput.ReadLineAsync() is { } line && line != "end")
        {
            told.Add(line);
        }

        process.Kill();

        // What it told before it died is in the pipe; a line that the kill cut off was not told.
        string rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string[] more = rest.Split('\n');
        told.AddRange(more.Take(more.Length - 1).Where(line => line != "end"));
        told.Count.Should().BeGreaterThan(1);
        return told;
    }
}
