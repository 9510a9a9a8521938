using System.Globalization;
using Vouch.Statistics.Intervals;
using Vouch.Statistics.Sequential;

namespace Vouch.Evaluation.Trust;

/// <summary>Bounds that are looked at after every single result, in simulated runs of which the truth is known: how often they raise a false alarm.</summary>
/// <remarks>
/// Options: <c>--runs N</c> (default 100,000) and <c>--results R</c> per run (2,000). A bound depends on the counts alone, so for each count of results the
/// smallest and largest count of bad ones that does not reject is asked of the library once.
/// </remarks>
internal static class AnytimeTask
{
    private static readonly (double Proportion, double Alpha)[] Cases = [(0.001, 0.05), (0.01, 0.05), (0.05, 0.05), (0.2, 0.01), (0.5, 0.05), (0.5, 0.001)];

    public static EvaluationTask Task { get; } = new("trust", "anytime", "false alarms of bounds that are looked at after every result", NeedsData: false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int runs = int.Parse(run.Option("runs", "100000"), CultureInfo.InvariantCulture);
        int results = int.Parse(run.Option("results", "2000"), CultureInfo.InvariantCulture);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach ((double proportion, double alpha) in Cases)
        {
            run.Progress.Report($"{proportion} at {alpha}");
            double level = -Math.Log(alpha);
            Add("e-process", proportion, alpha, Bounds(results, (bad, of) => BetaBinomialEProcess.LogEValueOf(bad, of, proportion) < level));
            Add("confidence sequence", proportion, alpha, Bounds(results, (bad, of) => BetaBinomialEProcess.ConfidenceSequence(bad, of, alpha) is var kept && kept.Lower <= proportion && proportion <= kept.Upper));

            // For scale: what an interval made for one look does when it is looked at every time.
            Add("Clopper-Pearson, looked at every time (no promise)", proportion, alpha, Bounds(results, (bad, of) => BinomialInterval.ClopperPearson(bad, of, 1 - alpha) is var kept && kept.Lower <= proportion && proportion <= kept.Upper), promised: false);
        }

        bool held = rows.TrueForAll(row => row["ok"] is not false);
        return new EvaluationResult(
            rows,
            new Dictionary<string, object?> { ["worst_share_of_alpha"] = rows.Where(row => row["ok"] is not null).Max(row => (double)row["false_alarms"]! / (double)row["alpha"]!) },
            held);

        void Add(string bound, double proportion, double alpha, (int Least, int Most)[] bounds, bool promised = true)
        {
            double rate = Simulate(runs, proportion, bounds, run.Seed);
            rows.Add(new Dictionary<string, object?>
            {
                ["bound"] = bound,
                ["proportion"] = proportion,
                ["alpha"] = alpha,
                ["runs"] = runs,
                ["results"] = results,
                ["false_alarms"] = rate,
                ["ok"] = promised ? rate <= alpha : null,
            });
        }
    }

    // The counts that are not rejected lie together; both ends move by at most one per result.
    private static (int Least, int Most)[] Bounds(int results, Func<int, int, bool> keeps)
    {
        var bounds = new (int Least, int Most)[results + 1];
        int least = 0;
        int most = 0;
        for (int of = 1; of <= results; of++)
        {
            while (least < of && !keeps(least, of))
            {
                least++;
            }

            most = Math.Max(most, least);
            while (most < of && keeps(most + 1, of))
            {
                most++;
            }

            bounds[of] = (least, most);
        }

        return bounds;
    }

    private static double Simulate(int runs, double proportion, (int Least, int Most)[] bounds, int seed)
    {
        int alarms = 0;
        Parallel.For(0, runs, run =>
        {
            // SplitMix64: one generator per run, the same whatever the number of threads.
            ulong state = (((ulong)(uint)seed << 32) | (uint)run) * 0xD1342543DE82EF95;
            ulong threshold = (ulong)(proportion * ulong.MaxValue);
            int bad = 0;
            for (int of = 1; of < bounds.Length; of++)
            {
                state += 0x9E3779B97F4A7C15;
                ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
                bad += (mixed ^ (mixed >> 31)) < threshold ? 1 : 0;
                if (bad < bounds[of].Least || bad > bounds[of].Most)
                {
                    Interlocked.Increment(ref alarms);
                    return;
                }
            }
        });
        return (double)alarms / runs;
    }
}
