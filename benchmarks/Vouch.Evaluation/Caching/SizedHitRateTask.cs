using Vouch.Caching.Simulation;

namespace Vouch.Evaluation.Caching;

/// <summary>Object and byte hit rates on traces with sizes, for every capacity of <c>hit-rates-sized.csv</c>, each with the policy that is made for it.</summary>
internal static class SizedHitRateTask
{
    private static readonly string[] Peers = ["LRU", "FIFO", "SIEVE", "GDSF", "LFUDA_size_blind"];

    public static EvaluationTask Task { get; } = new("caching", "sized", "object and byte hit rates on traces with object sizes", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var reference = new ReferenceRates(run.Require("hit-rates-sized.csv"));
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        double leastObject = double.PositiveInfinity;
        double leastByte = double.PositiveInfinity;
        var traces = new Dictionary<string, CacheTrace>(StringComparer.Ordinal);
        for (int i = 0; i < reference.Rows.Count; i++)
        {
            string name = reference.Text(i, "trace");
            string metric = reference.Text(i, "metric");
            long capacity = reference.Whole(i, "capacity_bytes");
            bool bytes = metric == "byte_hit";
            string policy = run.Option("policy", bytes ? CacheSimulation.DefaultSizePolicy : CacheSimulation.DefaultPolicy);
            run.Progress.Report($"{name}, {capacity} bytes, {metric} ({i + 1} of {reference.Rows.Count})");
            CacheTrace trace = traces.TryGetValue(name, out CacheTrace? known) ? known : traces[name] = CacheTrace.Read(run.Require(Path.Combine("traces", $"{name}.txt.gz")));
            CacheSimulationResult result = CacheSimulation.Run(trace, policy, capacity, run.Seed);
            double rate = 100 * (bytes ? result.SizeHitRate : result.HitRate);
            string target = bytes ? "SIEVE" : "GDSF";
            double gain = rate - reference.Number(i, target);
            (leastObject, leastByte) = bytes ? (leastObject, Math.Min(leastByte, gain)) : (Math.Min(leastObject, gain), leastByte);
            rows.Add(new Dictionary<string, object?>
            {
                ["trace"] = name,
                ["capacity"] = capacity,
                ["policy"] = policy,
                ["metric"] = metric,
                ["hit_rate"] = rate,
                ["target"] = reference.Number(i, target),
                ["best"] = Peers.Where(reference.Has).Max(peer => reference.Number(i, peer)),
            });
        }

        return new EvaluationResult(rows, new Dictionary<string, object?> { ["least_object_gain_over_gdsf"] = leastObject, ["least_byte_gain_over_sieve"] = leastByte });
    }
}
