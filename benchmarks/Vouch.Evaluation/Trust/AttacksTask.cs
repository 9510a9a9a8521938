using System.Globalization;
using Vouch.TrustEngine.Consensus;

namespace Vouch.Evaluation.Trust;

/// <summary>
/// What simulated attackers do to the default methods when a share of the tasks is verified, drawn at random with a seed, scored on the others. <c>clean</c> is the same without attackers,
/// <c>undefended</c> the method without its search for dependent workers, <c>plain</c> the majority or mean.
/// </summary>
internal static class AttacksTask
{
    public static EvaluationTask Task { get; } = new("trust", "attacks", "simulated attackers against verified items: [--gold SHARE] [--draws N]", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        double gold = Share(run);
        int draws = int.TryParse(run.Option("draws", "5"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new MissingDataException($"--draws takes a whole number above 0, not '{run.Option("draws", "")}'.");
        string folder = run.Require("attacks");
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        double worst = double.NegativeInfinity;
        foreach (AnswerSet<int> set in AnswerSet<int>.All(run, "categorical"))
        {
            double clean = double.NaN;
            foreach ((string attack, double share, string? file) in Attacks(folder, set.Name))
            {
                run.Progress.Report($"{set.Name} {attack}");
                AnswerSet<int> attacked = file is null ? set : set.With(file);
                double[] accuracy = [.. Enumerable.Range(0, draws).Select(draw => Categorical(attacked, set, gold, Seed(run, draw), new LabelConsensus()))];
                double[] undefended = [.. Enumerable.Range(0, draws).Select(draw => Categorical(attacked, set, gold, Seed(run, draw), new LabelConsensus(new LabelConsensusOptions { FindDependentWorkers = false })))];
                clean = file is null ? accuracy.Average() : clean;
                worst = Math.Max(worst, clean - accuracy.Average());
                rows.Add(new Dictionary<string, object?>
                {
                    ["set"] = set.Name,
                    ["attack"] = attack,
                    ["share"] = share,
                    ["accuracy"] = accuracy.Average(),
                    ["clean"] = clean,
                    ["drop"] = clean - accuracy.Average(),
                    ["undefended"] = undefended.Average(),
                    ["plain"] = CategoricalTask.Accuracy(new LabelConsensus(new LabelConsensusOptions { Method = LabelMethod.Majority }).Decide(CategoricalTask.Answers(attacked)), set),
                });
            }
        }

        foreach (AnswerSet<double> set in AnswerSet<double>.All(run, "numeric"))
        {
            double clean = double.NaN;
            foreach ((string attack, double share, string? file) in Attacks(folder, set.Name))
            {
                run.Progress.Report($"{set.Name} {attack}");
                AnswerSet<double> attacked = file is null ? set : set.With(file);
                double error = Enumerable.Range(0, draws).Average(draw => Numeric(attacked, set, gold, Seed(run, draw)));
                clean = file is null ? error : clean;
                rows.Add(new Dictionary<string, object?> { ["set"] = set.Name, ["attack"] = attack, ["share"] = share, ["mae"] = error, ["clean"] = clean });
            }
        }

        return new EvaluationResult(rows, new Dictionary<string, object?> { ["worst_drop"] = worst, ["gold"] = gold, ["draws"] = draws });
    }

    /// <summary>No attack, then the files <c>set_attack_percent.csv</c>; nothing for a set without attacks.</summary>
    private static List<(string Attack, double Share, string? File)> Attacks(string folder, string set)
    {
        var attacks = new List<(string, double, string?)>();
        foreach (string file in Directory.GetFiles(folder, $"{set}_*.csv").Order(StringComparer.Ordinal))
        {
            string[] parts = Path.GetFileNameWithoutExtension(file)[(set.Length + 1)..].Split('_');
            if (parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double percent))
            {
                attacks.Add((parts[0], percent / 100, file));
            }
        }

        return attacks.Count == 0 ? [] : [("none", 0, null), .. attacks];
    }

    private static double Categorical(AnswerSet<int> attacked, AnswerSet<int> set, double gold, int seed, LabelConsensus consensus)
    {
        HashSet<int> verified = Draw(set.Truth.Keys, gold, seed);
        LabelConsensusResult result = consensus.Decide(CategoricalTask.Answers(attacked), [.. verified.Order().Select(task => new VerifiedLabel(task, set.Truth[task]))]);
        return CategoricalTask.Accuracy(result, set, verified);
    }

    private static double Numeric(AnswerSet<double> attacked, AnswerSet<double> set, double gold, int seed)
    {
        HashSet<int> verified = Draw(set.Truth.Keys, gold, seed);
        NumberConsensusResult result = new NumberConsensus().Decide(NumericTask.Answers(attacked), [.. verified.Order().Select(task => new VerifiedNumber(task, set.Truth[task]))]);
        return set.Truth.Where(pair => !verified.Contains(pair.Key)).Average(pair => Math.Abs(result.GetDecision(pair.Key).Value - pair.Value));
    }

    private static HashSet<int> Draw(IEnumerable<int> tasks, double share, int seed)
    {
        int[] all = [.. tasks.Order()];
        new Random(seed).Shuffle(all);
        return [.. all.Take((int)Math.Round(share * all.Length))];
    }

    private static int Seed(EvaluationRun run, int draw) => unchecked((run.Seed * 1_000_003) + draw);

    private static double Share(EvaluationRun run) =>
        double.TryParse(run.Option("gold", "0.05"), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and < 1
            ? share
            : throw new MissingDataException($"--gold takes a share in [0, 1), not '{run.Option("gold", "")}'.");
}
