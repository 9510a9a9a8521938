using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Vouch.Observability.Slo;

namespace Vouch.Evaluation.Observability;

/// <summary>
/// Burn-rate alerts on recorded minutes against the expected firing minutes (the plain rule, no guard), the forecast of exhaustion on synthetic outages, and the time to evaluate many objectives.
/// </summary>
internal static class SloTask
{
    private const int FirstHour = 60;

    public static EvaluationTask Task { get; } = new("observability", "slo", "Firing minutes of burn-rate alerts, forecast of exhaustion, time to evaluate", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string folder = Directory.Exists(Path.Combine(run.DataFolder ?? ".", "slo")) ? run.Require("slo") : run.Require(".");
        string expectedFile = Path.Combine(folder, "expected.json");
        if (!File.Exists(expectedFile))
        {
            throw new MissingDataException($"'{expectedFile}' is missing.");
        }

        using var expected = JsonDocument.Parse(File.ReadAllBytes(expectedFile));
        var rows = new List<Dictionary<string, object?>>();
        foreach (JsonProperty scenario in expected.RootElement.EnumerateObject())
        {
            rows.Add(Scenario(scenario, ReadMinutes(Path.Combine(folder, scenario.Name + ".csv.gz"))));
        }

        run.Progress.Report("forecasts");
        (double error, double reference, double coverage, int forecasts, List<Dictionary<string, object?>> byProcess) = ExhaustionStudy.Run(run.Seed, int.Parse(run.Option("--seeds", "40"), CultureInfo.InvariantCulture));
        run.Progress.Report("10,000 objectives");
        (double median, double worst) = TimeEvaluation();
        int ok = rows.Count(row => row["ok"] is true);
        int total = rows.Count;
        rows.AddRange(byProcess);
        return new EvaluationResult(
            rows,
            new Dictionary<string, object?>
            {
                ["ok"] = ok,
                ["total"] = total,
                ["forecast_median_error"] = error,
                ["forecast_median_error_burn_1h"] = reference,
                ["forecast_coverage90"] = coverage,
                ["forecasts"] = forecasts,
                ["evaluate_10000x4_ms"] = median,
                ["evaluate_10000x4_worst_ms"] = worst,
            },
            ok == total);
    }

    private static Dictionary<string, object?> Scenario(JsonProperty scenario, (long Total, long Errors)[] minutes)
    {
        JsonElement expected = scenario.Value;
        var objective = new ServiceLevelObjective(
            Comparison.AtLeast,
            Fraction.FromDecimal(expected.GetProperty("slo").GetDecimal()),
            Indicator.Events,
            TimeSpan.FromMinutes(expected.GetProperty("period_minutes").GetInt32()));
        var replay = new SloReplay(objective, AlertTables.SreWorkbook, new SloOptions { GuardEvents = 0 });
        var guarded = new SloReplay(objective, AlertTables.SreWorkbook);
        bool[] page = new bool[minutes.Length], ticket = new bool[minutes.Length];
        int heldBack = 0;
        var firing = new Dictionary<BurnRateAlert, bool>();
        var held = new HashSet<BurnRateAlert>();
        for (int minute = 0; minute < minutes.Length; minute++)
        {
            foreach (AlertChange change in replay.Close(minutes[minute].Total, minutes[minute].Errors))
            {
                firing[change.Alert] = change.To == AlertState.Firing;
            }

            foreach (AlertChange change in guarded.Close(minutes[minute].Total, minutes[minute].Errors))
            {
                _ = change.To == AlertState.HeldBack ? held.Add(change.Alert) : held.Remove(change.Alert);
            }

            page[minute] = firing.Any(entry => entry.Value && entry.Key.Severity == AlertSeverity.Page);
            ticket[minute] = firing.Any(entry => entry.Value && entry.Key.Severity == AlertSeverity.Ticket);
            heldBack += held.Count > 0 ? 1 : 0;
        }

        (int pageOff, bool pageOk) = Compare(page, expected.GetProperty("page_firing"));
        (int ticketOff, bool ticketOk) = Compare(ticket, expected.GetProperty("ticket_firing"));
        return new Dictionary<string, object?>
        {
            ["scenario"] = scenario.Name,
            ["ok"] = pageOk && ticketOk,
            ["off_minutes"] = pageOff + ticketOff,
            ["page_minutes"] = page.Count(static fires => fires),
            ["ticket_minutes"] = ticket.Count(static fires => fires),
            ["guard_holds_back_minutes"] = heldBack,
        };
    }

    // Minutes that differ; after the first hour a minute may differ where the expected state changes within one minute of it.
    private static (int Off, bool Ok) Compare(bool[] actual, JsonElement spans)
    {
        bool[] expected = new bool[actual.Length];
        foreach (JsonElement span in spans.EnumerateArray())
        {
            expected.AsSpan(span[0].GetInt32(), span[1].GetInt32() - span[0].GetInt32() + 1).Fill(true);
        }

        int off = 0;
        bool ok = true;
        for (int minute = 0; minute < actual.Length; minute++)
        {
            if (actual[minute] != expected[minute])
            {
                off++;
                bool near = (minute > 0 && expected[minute - 1] == actual[minute]) || (minute + 1 < expected.Length && expected[minute + 1] == actual[minute]);
                ok &= minute < FirstHour || near;
            }
        }

        return (off, ok);
    }

    private static (double Median, double Worst) TimeEvaluation()
    {
        var time = new StepClock();
        using var engine = new SloEngine(new SloOptions { MaxObjectives = 10_000 }, time);
        SloTracker[] trackers = [.. Enumerable.Range(0, 10_000).Select(i => engine.Declare($"slo{i}: 99.9% over 30d"))];
        var random = new Random(1);
        var milliseconds = new List<double>();
        for (int minute = 0; minute < 130; minute++)
        {
            foreach (SloTracker tracker in trackers)
            {
                tracker.Record(good: 1_000, bad: random.Next(3));
            }

            time.Ticks += TimeSpan.TicksPerMinute;
            long start = Stopwatch.GetTimestamp();
            engine.Evaluate();
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        // Without the first minutes, in which code is compiled.
        double[] sorted = [.. milliseconds.Skip(30).Order()];
        return (sorted[sorted.Length / 2], sorted[^1]);
    }

    private static (long Total, long Errors)[] ReadMinutes(string path)
    {
        if (!File.Exists(path))
        {
            throw new MissingDataException($"'{path}' is missing.");
        }

        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        if (reader.ReadLine() is not "minute,total,errors")
        {
            throw new MissingDataException($"'{path}' does not begin with minute,total,errors.");
        }

        var minutes = new List<(long, long)>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            string[] cells = line.Split(',');
            minutes.Add((long.Parse(cells[1], CultureInfo.InvariantCulture), long.Parse(cells[2], CultureInfo.InvariantCulture)));
        }

        return [.. minutes];
    }

    private sealed class StepClock : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
