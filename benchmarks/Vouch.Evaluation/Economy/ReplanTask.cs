using System.Diagnostics;
using System.Globalization;
using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Evaluation.Economy;

/// <summary>How long one event takes to re-plan for with many jobs in the plan, by the kind of event.</summary>
internal static class ReplanTask
{
    private const int Slots = 672;

    public static EvaluationTask Task { get; } = new(
        "economy",
        "replan",
        "A week in quarter hours with --jobs N,M,... (2000,50000) jobs in the plan, load 0.7 of a capacity that falls to as little as half; then arrivals, prices, changes of capacity and the slots themselves. "
            + "Rows: jobs, event, count, p50_ms, p99_ms, max_ms, moved_share (the largest share of all jobs that one event moved, those aside that it was about or that were due in that very slot and found no room). Wall time of one thread, so only an idle machine shows what it can do.",
        false,
        Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        Simulate(500, run.Seed);
        foreach (string count in run.Option("jobs", "2000,50000").Split(','))
        {
            int jobs = int.Parse(count, CultureInfo.InvariantCulture);
            run.Progress.Report(count);
            foreach ((string kind, List<(double Milliseconds, double Moved)> events) in Simulate(jobs, run.Seed))
            {
                double[] times = [.. events.Select(static entry => entry.Milliseconds).Order()];
                rows.Add(new Dictionary<string, object?>
                {
                    ["jobs"] = jobs,
                    ["event"] = kind,
                    ["count"] = times.Length,
                    ["p50_ms"] = times[times.Length / 2],
                    ["p99_ms"] = times[(int)(0.99 * (times.Length - 1))],
                    ["max_ms"] = times[^1],
                    ["moved_share"] = events.Max(static entry => entry.Moved),
                });
            }
        }

        return new EvaluationResult(
            rows,
            rows.Where(static row => row["event"] is "all").ToDictionary(static row => $"p99_ms_{row["jobs"]}", static row => row["p99_ms"]));
    }

    private static Dictionary<string, List<(double Milliseconds, double Moved)>> Simulate(int count, int seed)
    {
        var random = new Random(seed);
        double[] prices = [.. Enumerable.Range(0, Slots).Select(slot => Math.Round(5_000 + (3_000 * Math.Sin(slot * Math.PI / 48)) + random.Next(1_500)))];
        Job[] jobs = [.. Enumerable.Range(0, count).Select(j =>
        {
            int duration = 1 + random.Next(12);
            int release = random.Next(Slots * 7 / 10);
            double demand = 1 + random.Next(4);
            return new Job($"job-{j}", duration, demand, release, Math.Min(Slots, release + duration + 16 + random.Next(Slots / 3)), rate: demand, penalty: demand * duration * 50_000, preemption: j % 4 == 0 && duration > 3 ? new Preemption(4, 2, 1) : null);
        })];
        double capacity = Math.Ceiling(jobs.Sum(static job => job.Demands[0] * job.DurationSlots) / Slots / 0.7);
        var scheduler = new OnlineScheduler(
            new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(15), prices), [new OnlinePool("workers", capacity, capacity / 2)]);
        var events = new Dictionary<string, List<(double, double)>>(StringComparer.Ordinal) { ["all"] = [] };
        void Timed(string kind, Func<Replan> act)
        {
            long started = Stopwatch.GetTimestamp();
            Replan replan = act();
            double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var touched = replan.Decisions.Where(static decision => decision.Kind is not DecisionKind.Moved).Select(static decision => decision.Job.Id).ToHashSet(StringComparer.Ordinal);
            int moved = replan.Decisions.Where(decision => decision.Kind is DecisionKind.Moved && decision.From?.Start != replan.Slot).Select(static decision => decision.Job.Id).Distinct(StringComparer.Ordinal).Count(id => !touched.Contains(id));
            events.TryAdd(kind, []);
            events[kind].Add((milliseconds, (double)moved / count));
            events["all"].Add((milliseconds, (double)moved / count));
        }

        foreach (Job job in jobs)
        {
            scheduler.Submit(job);
        }

        double level = 1;
        for (int slot = 0; slot < Slots; slot++)
        {
            level = random.Next(12) == 0 ? 0.5 + (0.5 * random.NextDouble()) : level;
            Timed("slot", () => scheduler.BeginSlot(Math.Floor(capacity * level)));
            if (slot % 96 == 52 && slot + 44 < Slots)
            {
                Timed("prices", () => scheduler.UpdatePrices(slot + 44, [.. Enumerable.Range(slot + 44, Math.Min(96, Slots - slot - 44)).Select(at => prices[at] * (0.8 + (0.4 * random.NextDouble())))]));
            }

            for (int i = 0; i < 3 && slot < 640; i++)
            {
                Job like = jobs[random.Next(count)];
                var job = new Job($"late-{slot}-{i}", like.DurationSlots, like.Demands, slot, Math.Min(Slots, slot + like.DurationSlots + 20 + random.Next(200)), rate: like.Rate, penalty: like.Penalty);
                Timed("arrival", () => scheduler.Submit(job));
            }

            if (slot % 16 == 3)
            {
                Timed("capacity", () => scheduler.ChangeCapacity("workers", Math.Floor(capacity * level * 0.9)));
            }

            scheduler.Improve(100);
        }

        return events;
    }
}
