using System.Globalization;
using Vouch.Caching.Simulation;
using Vouch.TestData;

namespace Vouch.Caching.Tests.Policies;

/// <summary>The textbook policies against hit rates that other implementations had on public traces.</summary>
public sealed class PublishedHitRateTests
{
    // Where two readings of a paper are possible (S3-FIFO's rounding, ARC's ties) a few cells differ by some hits.
    [Theory]
    [InlineData("LRU", "LRU", 0.001)]
    [InlineData("FIFO", "FIFO", 0.001)]
    [InlineData("CLOCK", "CLOCK", 0.001)]
    [InlineData("SIEVE", "SIEVE", 0.001)]
    [InlineData("S3-FIFO", "S3FIFO", 0.02)]
    [InlineData("2Q", "TwoQ", 0.001)]
    [InlineData("ARC", "ARC", 0.06)]
    [InlineData("LIRS", "LIRS", 0.001)]
    [InlineData("LFU", "LFU_incache", 0.001)]
    public void Run_OnPublicTraces_HasThePublishedHitRates(string policy, string column, double tolerance)
    {
        string[] small = ["lirs-2pools", "lirs-cpp", "lirs-gli", "lirs-multi1", "lirs-multi3", "lirs-ps", "web07", "zigzag"];
        foreach (IGrouping<string, Dictionary<string, string>> rows in SharedData.Csv("caching/hit-rates.csv").Where(row => small.Contains(row["trace"])).GroupBy(row => row["trace"]))
        {
            CacheTrace trace = CacheTrace.Read(SharedData.Require($"caching/traces/{rows.Key}.txt.gz"));
            foreach (Dictionary<string, string> row in rows)
            {
                double rate = 100 * CacheSimulation.Run(trace, policy, long.Parse(row["capacity"], CultureInfo.InvariantCulture)).HitRate;

                rate.Should().BeApproximately(double.Parse(row[column], CultureInfo.InvariantCulture), tolerance, "{0} on {1} at {2}", policy, rows.Key, row["capacity"]);
            }
        }
    }

    // GDSF's ties and the moment at which a newcomer's worth is set are a matter of reading.
    [Theory]
    [InlineData("LRU", "object_hit", "LRU", 0.001)]
    [InlineData("LRU", "byte_hit", "LRU", 0.001)]
    [InlineData("FIFO", "object_hit", "FIFO", 0.001)]
    [InlineData("FIFO", "byte_hit", "FIFO", 0.001)]
    [InlineData("SIEVE", "object_hit", "SIEVE", 0.001)]
    [InlineData("SIEVE", "byte_hit", "SIEVE", 0.001)]
    [InlineData("GDSF", "object_hit", "GDSF", 0.3)]
    [InlineData("GDSF", "byte_hit", "GDSF", 0.3)]
    public void Run_WithSizes_HasThePublishedHitRates(string policy, string metric, string column, double tolerance)
    {
        CacheTrace trace = CacheTrace.Read(SharedData.Require("caching/traces/cdn-sized-a.txt.gz"));
        foreach (Dictionary<string, string> row in SharedData.Csv("caching/hit-rates-sized.csv").Where(row => row["metric"] == metric))
        {
            CacheSimulationResult result = CacheSimulation.Run(trace, policy, long.Parse(row["capacity_bytes"], CultureInfo.InvariantCulture));

            double rate = 100 * (metric == "byte_hit" ? result.SizeHitRate : result.HitRate);
            rate.Should().BeApproximately(double.Parse(row[column], CultureInfo.InvariantCulture), tolerance, "{0} at {1}", policy, row["capacity_bytes"]);
        }
    }
}
