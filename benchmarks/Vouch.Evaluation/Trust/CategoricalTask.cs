using System.Diagnostics;
using Vouch.TrustEngine.Consensus;

namespace Vouch.Evaluation.Trust;

/// <summary>Labels of many items by the default method, beside the methods that are offered by name; no item is verified. Scored over the tasks that have a truth.</summary>
internal static class CategoricalTask
{
    public static EvaluationTask Task { get; } = new("trust", "categorical", "labels of many workers put together, beside majority, one-coin and Dawid-Skene", NeedsData: true, Measure);

    public static LabelAnswer[] Answers(AnswerSet<int> set) => [.. set.Answers.Select(answer => new LabelAnswer(answer.Task, answer.Worker, answer.Answer))];

    private static EvaluationResult Measure(EvaluationRun run)
    {
        IReadOnlyList<AnswerSet<int>> sets = AnswerSet<int>.All(run, "categorical");
        var consensus = new LabelConsensus();
        Warm(consensus);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach (AnswerSet<int> set in sets)
        {
            run.Progress.Report(set.Name);
            LabelAnswer[] answers = Answers(set);
            long started = Stopwatch.GetTimestamp();
            LabelConsensusResult result = consensus.Decide(answers);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            (double calibration, double confidence) = Calibration(result, set);
            rows.Add(new Dictionary<string, object?>
            {
                ["set"] = set.Name,
                ["accuracy"] = Accuracy(result, set),
                ["majority"] = Majority(set),
                ["seconds"] = seconds,
                ["weighted_majority"] = Accuracy(Named(LabelMethod.WeightedMajority, answers), set),
                ["one_coin"] = Accuracy(Named(LabelMethod.OneCoin, answers), set),
                ["dawid_skene"] = Accuracy(Named(LabelMethod.DawidSkene, answers), set),
                ["confidence"] = confidence,
                ["calibration_error"] = calibration,
                ["clusters"] = result.Clusters.Count,
            });
        }

        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["mean_accuracy"] = Mean("accuracy"),
            ["mean_majority"] = Mean("majority"),
            ["worst_vs_majority"] = rows.Min(row => (double)row["accuracy"]! - (double)row["majority"]!),
            ["mean_one_coin"] = Mean("one_coin"),
            ["mean_dawid_skene"] = Mean("dawid_skene"),
            ["mean_calibration_error"] = Mean("calibration_error"),
            ["seconds"] = rows.Sum(row => (double)row["seconds"]!),
        });

        double Mean(string key) => rows.Average(row => (double)row[key]!);
    }

    public static double Accuracy(LabelConsensusResult result, AnswerSet<int> set, IReadOnlySet<int>? without = null)
    {
        var known = new HashSet<int>(result.Items.ToArray());
        int[] judged = [.. set.Truth.Keys.Where(task => known.Contains(task) && without?.Contains(task) != true)];
        return judged.Average(task => result.GetDecision(task).Label == set.Truth[task] ? 1.0 : 0.0);
    }

    /// <summary>Every answer one vote, ties to the lowest label.</summary>
    private static double Majority(AnswerSet<int> set)
    {
        ILookup<int, int> votes = set.Answers.ToLookup(answer => answer.Task, answer => answer.Answer);
        return set.Truth.Where(pair => votes.Contains(pair.Key)).Average(pair =>
            votes[pair.Key].GroupBy(label => label).OrderByDescending(same => same.Count()).ThenBy(same => same.Key).First().Key == pair.Value ? 1.0 : 0.0);
    }

    private static LabelConsensusResult Named(LabelMethod method, LabelAnswer[] answers) => new LabelConsensus(new LabelConsensusOptions { Method = method }).Decide(answers);

    /// <summary>The expected calibration error over ten bins of confidence, and the mean confidence.</summary>
    private static (double Error, double Confidence) Calibration(LabelConsensusResult result, AnswerSet<int> set)
    {
        var known = new HashSet<int>(result.Items.ToArray());
        (double Confidence, double Right)[] judged = [.. set.Truth.Where(pair => known.Contains(pair.Key)).Select(pair =>
        {
            LabelDecision decision = result.GetDecision(pair.Key);
            return (decision.Confidence, decision.Label == pair.Value ? 1.0 : 0.0);
        })];
        double error = judged.GroupBy(one => Math.Min(9, (int)(one.Confidence * 10))).Sum(bin => Math.Abs(bin.Sum(one => one.Confidence - one.Right)));
        return (error / judged.Length, judged.Average(one => one.Confidence));
    }

    /// <summary>Compiles what is timed.</summary>
    private static void Warm(LabelConsensus consensus)
    {
        var random = new Random(1);
        LabelAnswer[] answers = [.. Enumerable.Range(0, 20_000).Select(i => new LabelAnswer(i / 10, random.Next(50), random.Next(4) == 0 ? 1 - (i / 10 % 2) : i / 10 % 2))];
        for (int round = 0; round < 30; round++)
        {
            consensus.Decide(answers.AsSpan(0, 600 * (round + 1)));
        }
    }
}
