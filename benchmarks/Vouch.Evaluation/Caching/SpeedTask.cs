using System.Collections.Concurrent;
using System.Diagnostics;
using Vouch.Caching;
using Vouch.Caching.Configuration;

namespace Vouch.Evaluation.Caching;

/// <summary>How much longer a call takes than <c>ConcurrentDictionary.GetOrAdd</c> with the same keys: processor time of the whole process, in rounds that take turns, so that load on the machine meets both alike.</summary>
internal static class SpeedTask
{
    private const int Requests = 1 << 20;

    public static EvaluationTask Task { get; } = new("caching", "speed", "hits and misses beside ConcurrentDictionary.GetOrAdd, in processor time; --rounds N, --policy NAME", NeedsData: false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int rounds = int.Parse(run.Option("rounds", "9"), System.Globalization.CultureInfo.InvariantCulture);
        string? policy = run.Options.GetValueOrDefault("policy");
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach ((string traffic, bool zipf) in new[] { ("uniform", false), ("zipf", true) })
        {
            foreach (int keys in new[] { 1_000, 100_000 })
            {
                long[] stream = Keys(keys, zipf, run.Seed);
                foreach (int threads in new[] { 1, 2 })
                {
                    run.Progress.Report($"hits, {traffic}, {keys:N0} keys, {threads} threads");
                    Compare(rows, "hit", traffic, keys, threads, rounds, stream, keys, policy);
                }
            }

            foreach (int keys in new[] { 10_000, 500_000 })
            {
                run.Progress.Report($"misses, {traffic}, {keys:N0} keys");
                Compare(rows, "miss", traffic, keys, 1, rounds, Keys(keys, zipf, run.Seed), keys / 10, policy);
            }
        }

        double Worst(string path, string cache) => rows.Where(row => (string?)row["path"] == path && (string?)row["cache"] == cache).Max(row => (double)row["ratio"]!);
        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["worst_hit"] = Worst("hit", "plain"),
            ["worst_hit_ttl"] = Worst("hit", "ttl"),
            ["worst_miss"] = Worst("miss", "plain"),
            ["worst_miss_bytes"] = rows.Where(row => (string?)row["path"] == "miss").Max(row => (double)row["bytes"]!),
            ["bytes_per_entry_lru_ttl"] = BytesPerEntry(new CacheOptions { Policy = "LRU", TimeToLive = TimeSpan.FromHours(1) }),
            ["bytes_per_entry_everything"] = BytesPerEntry(new CacheOptions { Policy = policy, SlidingTimeToLive = TimeSpan.FromHours(1), MaxLifetime = TimeSpan.FromHours(2) }),
        });
    }

    private static void Compare(List<IReadOnlyDictionary<string, object?>> rows, string path, string traffic, int keys, int threads, int rounds, long[] stream, int capacity, string? policy)
    {
        var dictionary = new ConcurrentDictionary<long, long>();
        using var plain = new VouchCache<long, long>(new CacheOptions { Capacity = capacity, Policy = policy });
        using var timed = new VouchCache<long, long>(new CacheOptions { Capacity = capacity, Policy = policy, TimeToLive = TimeSpan.FromHours(1) });
        (string Name, Action Run)[] contenders =
        [
            ("dictionary", () => InThreads(threads, () => Sum(stream, dictionary))),
            ("plain", () => InThreads(threads, () => Sum(stream, plain))),
            ("ttl", () => InThreads(threads, () => Sum(stream, timed))),
        ];
        double[][] times = [.. contenders.Select(_ => new double[rounds])];
        double[][] bytes = [.. contenders.Select(_ => new double[rounds])];
        for (int round = -2; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                long allocated = GC.GetTotalAllocatedBytes(precise: true);
                double before = ProcessorTime();
                contenders[i].Run();
                if (round >= 0)
                {
                    times[i][round] = (ProcessorTime() - before) / ((double)Requests * threads);
                    bytes[i][round] = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / ((double)Requests * threads);
                }
            }
        }

        for (int i = 1; i < contenders.Length; i++)
        {
            int index = i;
            double ratio = Median([.. times[index].Select((time, round) => time / times[0][round])]);
            rows.Add(new Dictionary<string, object?>
            {
                ["path"] = path,
                ["traffic"] = traffic,
                ["keys"] = keys,
                ["threads"] = threads,
                ["cache"] = contenders[index].Name,
                ["ns"] = Median(times[index]),
                ["dictionary_ns"] = Median(times[0]),
                ["ratio"] = ratio,
                ["bytes"] = Math.Round(Median(bytes[index]), 2),
            });
        }
    }

    private static long BytesPerEntry(CacheOptions options)
    {
        const int Count = 100_000;
        options.Capacity = Count;
        long before = GC.GetTotalMemory(true);
        using var cache = new VouchCache<long, long>(options);
        for (long key = 0; key < Count * 3 / 2; key++)
        {
            cache.Set(key, key);
        }

        long bytes = GC.GetTotalMemory(true) - before;
        return (bytes / cache.Count) - sizeof(long);
    }

    private static void InThreads(int threads, Action action)
    {
        if (threads == 1)
        {
            action();
            return;
        }

        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => action()))];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());
    }

    private static long Sum(long[] stream, ConcurrentDictionary<long, long> dictionary)
    {
        long sum = 0;
        foreach (long key in stream)
        {
            sum += dictionary.GetOrAdd(key, static key => key);
        }

        return sum;
    }

    private static long Sum(long[] stream, VouchCache<long, long> cache)
    {
        long sum = 0;
        foreach (long key in stream)
        {
            sum += cache.GetOrAdd(key, static key => key);
        }

        return sum;
    }

    private static long[] Keys(int keys, bool zipf, int seed)
    {
        var random = new Random(seed);
        long[] names = [.. Enumerable.Range(0, keys).Select(_ => random.NextInt64())];
        double[] cumulated = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++)
        {
            cumulated[i] = sum += zipf ? Math.Pow(i + 1, -0.99) : 1;
        }

        long[] stream = new long[Requests];
        for (int i = 0; i < Requests; i++)
        {
            int at = Array.BinarySearch(cumulated, random.NextDouble() * sum);
            stream[i] = names[Math.Min(at < 0 ? ~at : at, keys - 1)];
        }

        return stream;
    }

    private static double ProcessorTime() => Process.GetCurrentProcess().TotalProcessorTime.TotalNanoseconds;

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
