using System.Globalization;
using Vouch.Core.Models;
using Vouch.Evaluation.Trust.Replication;
using Vouch.TrustEngine.Replication;

namespace Vouch.Evaluation.Trust;

/// <summary>
/// Spot checks, replicas and looks back under <see cref="ReplicationPolicy"/>, beside the adaptive replication of volunteer projects, on simulated farms with cheats who know the rules.
/// </summary>
/// <remarks>
/// A job of <c>workers * jobs</c> units; each unit goes to a worker drawn evenly from those not suspended. <c>factor</c>: everything that was executed over the units handed out, where a check
/// counts <c>--check-cost</c> executions (1: the whole work done again on a trusted machine) and confirmations, looks back and work done again are counted too. <c>wrong</c>: results wrong when
/// they were handed out; that later looks back recall most of them is not counted (<c>wrong_left</c> does). A cheat sees whether it is trusted, the rate of checks, the progress, who was caught,
/// and what its ring agreed on; only the coins to come are hidden from it. The <c>adaptive_</c> columns are BOINC's rule on the same population: it has no trusted machine and compares answers.
/// </remarks>
internal static class ReplicationTask
{
    public static EvaluationTask Task { get; } = new(
        "trust",
        "replication",
        "Cost and error of replication on simulated farms: [--seeds N] [--workers W] [--jobs PER_WORKER] [--error-budget E] [--check-cost C] [--check-power P] [--false-alarms F] [--replica-cost R] [--sleeper-share S] [--ring-share S] [--population NAME]",
        NeedsData: false,
        Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int seeds = Count(run, "seeds", 10), workers = Count(run, "workers", 100), jobs = Count(run, "jobs", 5000);
        double budget = Real(run, "error-budget", 0.001);
        var check = new CheckModel(Real(run, "check-cost", 1), Real(run, "check-power", 1), Real(run, "false-alarms", 0), Real(run, "replica-cost", double.PositiveInfinity));
        IReadOnlyList<Population> populations = Populations.All(Real(run, "sleeper-share", 0.1), Real(run, "ring-share", 0.25));
        if (run.Option("population", "") is { Length: > 0 } only)
        {
            populations = [.. populations.Where(population => population.Name == only)];
            if (populations.Count == 0)
            {
                throw new MissingDataException($"There is no population '{only}'.");
            }
        }

        WorkUnitId[] ids = [.. Enumerable.Range(0, checked(workers * jobs)).Select(static unit => new WorkUnitId($"u{unit}"))];
        var options = new ReplicationOptions { ErrorBudget = budget, PlannedResults = ids.Length };
        int done = 0;
        (Tally Ours, Tally Adaptive)[] tallies =
        [
            .. populations.SelectMany((population, index) => Enumerable.Range(0, seeds).Select(seed => (population, Seed: Mix(run.Seed, index, seed)))).AsParallel().AsOrdered().Select(one =>
            {
                Tally ours = BudgetedReplication.Run(one.population, workers, ids, options, check, one.Seed);
                Tally adaptive = AdaptiveReplication.Run(one.population, workers, ids.Length, new Random(one.Seed));
                run.Progress.Report($"{one.population.Name}: {Interlocked.Increment(ref done)} of {populations.Count * seeds}");
                return (ours, adaptive);
            }),
        ];

        var rows = new List<IReadOnlyDictionary<string, object?>>();
        double worst = 0;
        bool held = true;
        for (int i = 0; i < populations.Count; i++)
        {
            (Tally Ours, Tally Adaptive)[] mine = tallies[(i * seeds)..((i + 1) * seeds)];
            double wrong = mine.Average(static one => one.Ours.WrongShare);
            double deviation = seeds > 1 ? Math.Sqrt(mine.Sum(one => Math.Pow(one.Ours.WrongShare - wrong, 2)) / (seeds - 1) / seeds) : double.NaN;
            worst = Math.Max(worst, wrong);

            // Broken where the mean is above the promise by more than chance explains (three standard errors).
            held &= wrong <= budget || wrong - (3 * deviation) <= budget;
            rows.Add(new Dictionary<string, object?>
            {
                ["population"] = populations[i].Name,
                ["factor"] = mine.Average(static one => one.Ours.Factor),
                ["wrong"] = wrong,
                ["wrong_standard_error"] = deviation,
                ["wrong_worst_seed"] = mine.Max(static one => one.Ours.WrongShare),
                ["wrong_left"] = mine.Average(static one => one.Ours.WrongLeftShare),
                ["honest_suspended"] = mine.Average(static one => (double)one.Ours.HonestSuspended),
                ["adaptive_factor"] = mine.Average(static one => one.Adaptive.Factor),
                ["adaptive_wrong"] = mine.Average(static one => one.Adaptive.WrongShare),
                ["cheats"] = populations[i].What,
            });
        }

        return new EvaluationResult(rows, new Dictionary<string, object?> { ["promised"] = budget, ["worst_wrong"] = worst, ["seeds"] = seeds, ["workers"] = workers, ["jobs_per_worker"] = jobs }, held);
    }

    private static int Mix(int seed, int population, int index) => unchecked((((seed * 31) + population) * 1_000_003) + index);

    private static int Count(EvaluationRun run, string name, int otherwise) =>
        int.TryParse(run.Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new MissingDataException($"--{name} takes a whole number above 0, not '{run.Option(name, "")}'.");

    private static double Real(EvaluationRun run, string name, double otherwise) =>
        double.TryParse(run.Option(name, otherwise.ToString("R", CultureInfo.InvariantCulture)), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= 0
            ? number
            : throw new MissingDataException($"--{name} takes a number of 0 or more, not '{run.Option(name, "")}'.");
}
