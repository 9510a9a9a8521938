using System.Diagnostics;
using System.Globalization;
using Vouch.TrustEngine.Audit;

namespace Vouch.Evaluation.Trust;

/// <summary>How many entries an audit log takes per second, and how long a caller waits until an entry is on the disk.</summary>
/// <remarks>
/// Options: <c>--entries N</c> (default 1,000,000), <c>--bytes B</c> per entry (200), <c>--writers W</c> (2) and <c>--window K</c> callers per
/// writer that wait at once (512), <c>--folder DIR</c> for the files (the system's temporary folder). The time of a case includes hashing everything:
/// it ends with the head.
/// </remarks>
internal static class LogTask
{
    public static EvaluationTask Task { get; } = new("trust", "log", "rates and acknowledgement times of the audit log", NeedsData: false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int entries = int.Parse(run.Option("entries", "1000000"), CultureInfo.InvariantCulture);
        int writers = int.Parse(run.Option("writers", "2"), CultureInfo.InvariantCulture);
        int window = int.Parse(run.Option("window", "512"), CultureInfo.InvariantCulture);
        byte[] entry = new byte[int.Parse(run.Option("bytes", "200"), CultureInfo.InvariantCulture)];
        new Random(run.Seed).NextBytes(entry);
        string folder = Directory.CreateDirectory(Path.Combine(run.Option("folder", Path.GetTempPath()), $"vouch-log-{Environment.ProcessId}")).FullName;
        var durable = new AuditLogOptions { Durability = AuditDurability.EveryAppend };
        try
        {
            using (AuditLog warm = AuditLog.CreateInMemory())
            {
                AppendAll(warm, entry, 50_000);
            }

            (string Name, Func<Figures> Run)[] cases =
            [
                ("memory", () => Timed(AuditLog.CreateInMemory(), log => AppendAll(log, entry, entries))),
                ("memory, all writers", () => Timed(AuditLog.CreateInMemory(), log => Parallel.For(0, writers, _ => AppendAll(log, entry, entries / writers)))),
                ("file", () => Timed(AuditLog.Open(Path.Combine(folder, "file")), log => AppendAll(log, entry, entries))),
                ("file, ranges of 1000, durable", () => Timed(AuditLog.Open(Path.Combine(folder, "ranges"), durable), log => AppendRanges(log, entry, entries))),
                ("file, all writers, durable", () => Timed(AuditLog.Open(Path.Combine(folder, "durable"), durable), log => AppendDurable(log, entry, entries, writers, window))),
            ];
            var rows = new List<IReadOnlyDictionary<string, object?>>();
            foreach ((string name, Func<Figures> measure) in cases)
            {
                run.Progress.Report(name);
                Figures figures = measure();
                rows.Add(new Dictionary<string, object?>
                {
                    ["case"] = name,
                    ["entries"] = figures.Entries,
                    ["per_second"] = figures.Entries / figures.Seconds,
                    ["p50_ms"] = figures.Waits is { } waits ? waits[waits.Length / 2] : null,
                    ["p99_ms"] = figures.Waits is { } all ? all[(int)(all.Length * 0.99)] : null,
                    ["max_ms"] = figures.Waits?[^1],
                });
            }

            return new EvaluationResult(rows, new Dictionary<string, object?> { ["memory_per_second"] = rows[0]["per_second"], ["durable_per_second"] = rows[^1]["per_second"], ["durable_p99_ms"] = rows[^1]["p99_ms"] });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Figures Timed(AuditLog log, Action<AuditLog> append) => Timed(log, opened =>
    {
        append(opened);
        return null;
    });

    private static Figures Timed(AuditLog log, Func<AuditLog, double[]?> append)
    {
        using (log)
        {
            GC.Collect();
            long started = Stopwatch.GetTimestamp();
            double[]? waits = append(log);
            TreeHead head = log.Head;
            return new Figures(head.Size, Stopwatch.GetElapsedTime(started).TotalSeconds, waits);
        }
    }

    private static void AppendAll(AuditLog log, byte[] entry, int entries)
    {
        for (int i = 0; i < entries; i++)
        {
            log.Append(entry);
        }
    }

    private static void AppendRanges(AuditLog log, byte[] entry, int entries)
    {
        ReadOnlyMemory<byte>[] range = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(entry, 1000)];
        for (int i = 0; i < entries / range.Length; i++)
        {
            log.AppendRange(range);
        }
    }

    // As many callers at once as writers times window, each waiting for its own entry before it hands over the next.
    private static double[] AppendDurable(AuditLog log, byte[] entry, int entries, int writers, int window)
    {
        int callers = writers * window;
        double[][] waits = new double[callers][];
        System.Threading.Tasks.Task.WaitAll([.. Enumerable.Range(0, callers).Select(caller => System.Threading.Tasks.Task.Run(async () =>
        {
            double[] own = new double[entries / callers];
            for (int i = 0; i < own.Length; i++)
            {
                long started = Stopwatch.GetTimestamp();
                await log.AppendAsync(entry);
                own[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }

            waits[caller] = own;
        }))]);
        return [.. waits.SelectMany(own => own).Order()];
    }

    private sealed record Figures(long Entries, double Seconds, double[]? Waits);
}
