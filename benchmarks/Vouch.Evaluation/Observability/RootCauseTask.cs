using System.Globalization;
using Vouch.Observability.RootCause;
using Vouch.Observability.Traces;

namespace Vouch.Evaluation.Observability;

/// <summary>
/// Known faults against traces of the same day without one. Nothing is fitted to the cases, so that every day is a left-out one. False accusations: the day's normal traces, shuffled (seeded) and cut into parts, each judged
/// against the rest. The same with parts that follow one another in time is given beside it: there the ends of earlier faults, which the normal files still hold, are found as well.
/// </summary>
internal static class RootCauseTask
{
    private const double FaultBegins = 20;
    private const double FaultEnds = 150;
    private const double Aftermath = 210;
    private static readonly int[] Parts = [5, 8];

    public static EvaluationTask Task { get; } = new("observability", "rca", "Root causes: rank of the faulty service, false accusations", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        List<TraceFiles.Case> cases = TraceFiles.Cases(run);
        Dictionary<string, List<TraceFiles.Reading>> readings = run.Option("metrics", "yes") == "no" ? [] : TraceFiles.Readings(run);
        var analyzer = new RootCauseAnalyzer();
        var rows = new List<Dictionary<string, object?>>();
        int accused = 0, accusedInTime = 0, windows = 0;
        foreach (IGrouping<string, TraceFiles.Case> day in cases.GroupBy(one => one.Baseline))
        {
            run.Progress.Report(day.Key);
            List<SpanTree> normal = TraceFiles.Trees(run.Require($"traces/{day.Key}.csv.gz"));
            List<ServiceMetric> calm = Calm([.. day], readings);
            RootCauseBaseline baseline = analyzer.Learn(new TelemetryWindow(normal, calm));
            foreach (TraceFiles.Case one in day)
            {
                rows.Add(Row(one, baseline.Diagnose(Suspect(run, one, readings)), run.Option("explain", "no") == "yes"));
            }

            double origin = day.Min(one => one.Injected);
            foreach (int parts in Parts)
            {
                (int found, int foundInTime) = FalseAccusations(analyzer, normal, calm, origin, parts, run.Seed);
                accused += found;
                accusedInTime += foundInTime;
                windows += parts;
            }
        }

        rows.Sort((left, right) => string.CompareOrdinal((string)left["case"]!, (string)right["case"]!));
        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["top1"] = rows.Average(row => (int)row["rank"]! == 1 ? 1.0 : 0),
            ["top3"] = rows.Average(row => (int)row["rank"]! is >= 1 and <= 3 ? 1.0 : 0),
            ["top5"] = rows.Average(row => (int)row["rank"]! is >= 1 and <= 5 ? 1.0 : 0),
            ["false_accusation"] = (double)accused / windows,
            ["false_accusation_in_time"] = (double)accusedInTime / windows,
            ["conclusive"] = rows.Average(row => (bool)row["conclusive"]! ? 1.0 : 0),
            ["wrong_of_conclusive"] = rows.Where(row => (bool)row["conclusive"]!).Select(row => (int)row["rank"]! == 1 ? 0 : 1.0).DefaultIfEmpty(0).Average(),
        });
    }

    private static Dictionary<string, object?> Row(TraceFiles.Case one, Diagnosis diagnosis, bool explain)
    {
        int rank = 0;
        for (int i = 0; i < diagnosis.Suspects.Count && rank == 0; i++)
        {
            rank = diagnosis.Suspects[i].Service == one.Service ? i + 1 : 0;
        }

        var row = new Dictionary<string, object?>
        {
            ["case"] = one.Name,
            ["fault"] = one.Fault,
            ["service"] = one.Service,
            ["rank"] = rank,
            ["channel"] = (rank > 0 ? diagnosis.Suspects[rank - 1] : diagnosis.Suspects.Count > 0 ? diagnosis.Suspects[0] : null)?.Channel.ToString(),
            ["first"] = diagnosis.Suspects.Count > 0 ? diagnosis.Suspects[0].Service : null,
            ["conclusive"] = diagnosis.IsConclusive,
        };
        if (explain)
        {
            row["findings"] = diagnosis.Suspects.SelectMany(suspect => suspect.Accusations.Take(3).Select(finding => string.Create(CultureInfo.InvariantCulture, $"{suspect.Service} {finding.Strength:0.00} {finding.Channel} {finding}"))).ToArray();
        }

        return row;
    }

    private static TelemetryWindow Suspect(EvaluationRun run, TraceFiles.Case one, Dictionary<string, List<TraceFiles.Reading>> readings) => new(
        TraceFiles.Trees(run.Require($"traces/{one.Name}.csv.gz")),
        [.. readings.GetValueOrDefault(one.Name, []).Where(reading => reading.At is > FaultBegins and <= FaultEnds).Select(reading => TraceFiles.Metric(reading, one.Injected + reading.At))]);

    // Readings before any fault of the day, or long enough after one.
    private static List<ServiceMetric> Calm(TraceFiles.Case[] day, Dictionary<string, List<TraceFiles.Reading>> readings)
    {
        var seen = new HashSet<(string, string, long)>();
        var calm = new List<ServiceMetric>();
        foreach (TraceFiles.Case one in day)
        {
            foreach (TraceFiles.Reading reading in readings.GetValueOrDefault(one.Name, []))
            {
                double at = one.Injected + reading.At;
                if (reading.At < 0 && !Array.Exists(day, other => at > other.Injected && at < other.Injected + Aftermath) && seen.Add((reading.Service, reading.Name, (long)at)))
                {
                    calm.Add(TraceFiles.Metric(reading, at));
                }
            }
        }

        return calm;
    }

    private static (int Shuffled, int InTime) FalseAccusations(RootCauseAnalyzer analyzer, List<SpanTree> normal, List<ServiceMetric> calm, double origin, int parts, int seed)
    {
        SpanTree[] shuffled = [.. normal];
        new Random(seed).Shuffle(shuffled);
        int found = 0, foundInTime = 0;
        for (int part = 0; part < parts; part++)
        {
            Range range = (part * normal.Count / parts)..((part + 1) * normal.Count / parts);
            found += analyzer.Diagnose(new TelemetryWindow(Without(shuffled, range)), new TelemetryWindow(shuffled[range])).IsConclusive ? 1 : 0;

            SpanTree[] ordered = [.. normal];
            double from = origin + ordered[range][0].StartOf(ordered[range][0].Root).TotalSeconds, to = origin + ordered[range][^1].StartOf(ordered[range][^1].Root).TotalSeconds;
            bool Within(ServiceMetric metric) => metric.At.TotalSeconds >= from && metric.At.TotalSeconds <= to;
            foundInTime += analyzer.Diagnose(
                new TelemetryWindow(Without(ordered, range), [.. calm.Where(metric => !Within(metric))]),
                new TelemetryWindow(ordered[range], [.. calm.Where(Within)])).IsConclusive ? 1 : 0;
        }

        return (found, foundInTime);
    }

    private static SpanTree[] Without(SpanTree[] trees, Range range) => [.. trees[..range.Start], .. trees[range.End..]];
}
