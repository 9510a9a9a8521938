using Vouch.Caching.Simulation;

namespace Vouch.Evaluation.Caching;

/// <summary>A policy's hit rate on every trace and capacity of <c>hit-rates.csv</c>, beside the optimum and the best published policy there.</summary>
internal static class HitRateTask
{
    private static readonly string[] Peers = ["LRU", "SIEVE", "S3FIFO", "TwoQ", "ARC", "LIRS", "BitFaster_ConcurrentLfu", "BitFaster_ConcurrentLru"];

    public static EvaluationTask Task { get; } = new("caching", "hitrate", "hit rates on traces against the optimum and the best published policy", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var reference = new ReferenceRates(run.Require("hit-rates.csv"));
        string policy = run.Option("policy", CacheSimulation.DefaultPolicy);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        var shares = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var overLru = new Dictionary<string, double>(StringComparer.Ordinal);
        double worst = double.NegativeInfinity;
        string worstCell = "";
        string loaded = "";
        CacheTrace? trace = null;
        for (int i = 0; i < reference.Rows.Count; i++)
        {
            string name = reference.Text(i, "trace");
            long capacity = reference.Whole(i, "capacity");
            run.Progress.Report($"{name}, capacity {capacity} ({i + 1} of {reference.Rows.Count})");
            if (trace is null || name != loaded)
            {
                trace = CacheTrace.Read(run.Require(Path.Combine("traces", $"{name}.txt.gz")));
                loaded = name;
            }

            double rate = 100 * CacheSimulation.Run(trace, policy, capacity, run.Seed).HitRate;
            double optimum = reference.Number(i, "OPT");
            rows.Add(new Dictionary<string, object?> { ["trace"] = name, ["capacity"] = capacity, ["policy"] = policy, ["hit_rate"] = rate, ["opt"] = optimum });
            (shares.TryGetValue(name, out List<double>? ofTrace) ? ofTrace : shares[name] = []).Add(optimum > 0 ? rate / optimum : 1);
            double regret = Peers.Where(reference.Has).Select(peer => reference.Number(i, peer)).DefaultIfEmpty(rate).Max() - rate;
            if (regret > worst)
            {
                (worst, worstCell) = (regret, $"{name} at {capacity}");
            }

            if (reference.Has("LRU"))
            {
                overLru[name] = Math.Min(overLru.GetValueOrDefault(name, double.PositiveInfinity), rate - reference.Number(i, "LRU"));
            }
        }

        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["mean_share_of_opt"] = shares.Count > 0 ? shares.Values.Average(ofTrace => ofTrace.Average()) : double.NaN,
            ["worst_regret"] = worst,
            ["worst_regret_at"] = worstCell,
            ["share_of_opt"] = shares.ToDictionary(pair => pair.Key, pair => pair.Value.Average()),
            ["least_gain_over_lru"] = overLru,
        });
    }
}
