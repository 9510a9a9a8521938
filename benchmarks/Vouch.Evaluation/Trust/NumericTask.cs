using Vouch.TrustEngine.Consensus;

namespace Vouch.Evaluation.Trust;

/// <summary>Numbers of many items by the default method, beside mean and median; no item is verified.</summary>
internal static class NumericTask
{
    public static EvaluationTask Task { get; } = new("trust", "numeric", "numbers of many workers put together, beside mean and median", NeedsData: true, Measure);

    public static NumberAnswer[] Answers(AnswerSet<double> set) => [.. set.Answers.Select(answer => new NumberAnswer(answer.Task, answer.Worker, answer.Answer))];

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach (AnswerSet<double> set in AnswerSet<double>.All(run, "numeric"))
        {
            run.Progress.Report(set.Name);
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            NumberConsensusResult result = new NumberConsensus().Decide(Answers(set));
            double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
            double[][] pairs = [.. set.Truth.Select(pair => new[] { result.GetDecision(pair.Key).Value, pair.Value })];
            rows.Add(new Dictionary<string, object?>
            {
                ["set"] = set.Name,
                ["mae"] = pairs.Average(pair => Math.Abs(pair[0] - pair[1])),
                ["rmse"] = Math.Sqrt(pairs.Average(pair => (pair[0] - pair[1]) * (pair[0] - pair[1]))),
                ["within_1pct"] = pairs.Average(pair => Math.Abs(pair[0] - pair[1]) <= 0.01 * Math.Abs(pair[1]) ? 1.0 : 0.0),
                ["mae_median"] = set.Truth.Average(pair => Math.Abs(result.GetDecision(pair.Key).Median - pair.Value)),
                ["mae_mean"] = set.Truth.Average(pair => Math.Abs(set.Answers.Where(answer => answer.Task == pair.Key).Average(answer => answer.Answer) - pair.Value)),
                ["rejection_distance"] = result.RejectionDistance,
                ["clusters"] = result.Clusters.Count,
                ["seconds"] = seconds,
            });
        }

        return new EvaluationResult(rows, new Dictionary<string, object?>());
    }
}
