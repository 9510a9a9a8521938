namespace Vouch.Evaluation.Trust;

/// <summary>Checks intervals, sample sizes and sequential tests against reference tables, figure by figure.</summary>
internal static class SamplingTask
{
    public static EvaluationTask Task { get; } = new("trust", "sampling", "intervals, sample sizes and sequential tests against reference tables", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string folder = run.Require(Directory.Exists(Path.Combine(run.DataFolder!, "sampling")) ? "sampling" : ".");
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        int right = 0;
        foreach (string file in SamplingReference.Files)
        {
            run.Progress.Report(file);
            foreach (SamplingCheck check in SamplingReference.Check(folder, file))
            {
                right += check.Ok ? 1 : 0;
                rows.Add(new Dictionary<string, object?> { ["case"] = check.Case, ["ok"] = check.Ok, ["expected"] = check.Expected, ["actual"] = check.Actual });
            }
        }

        return rows.Count > 0
            ? new EvaluationResult(rows, new Dictionary<string, object?> { ["ok"] = right, ["total"] = rows.Count }, PromisesHeld: right == rows.Count)
            : throw new MissingDataException($"'{folder}' holds none of {string.Join(", ", SamplingReference.Files)}.");
    }
}
