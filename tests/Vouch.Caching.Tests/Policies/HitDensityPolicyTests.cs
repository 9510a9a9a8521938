using Vouch.Caching.Simulation;

namespace Vouch.Caching.Tests.Policies;

/// <summary>What the policy makes of keys that come in rows, as the blocks of a file or of a conversation do.</summary>
public sealed class HitDensityPolicyTests
{
    // Of two new keys between known ones the first is read again 300 rows later, the second never. Three of five requests can be hits in a cache of 301 entries. One that cannot tell the two keys apart
    // needs twice that to have them all, and of 330 entries wastes half: (2 + 330 / 600) / 5 = 0.51.
    [Fact]
    public void Run_LastOfEachRowNeverReturns_SparesNoRoomForIt()
    {
        CacheTrace trace = CacheTrace.Create(Enumerable.Range(0, 30_000).SelectMany(row => new[] { -1, 2 * row, (2 * row) + 1, -1, 2 * Math.Max(0, row - 300) }));

        double rate = CacheSimulation.Run(trace, "HitDensity", 330).HitRate;

        rate.Should().BeGreaterThan(0.55).And.BeLessThanOrEqualTo(0.6);
    }

    // Conversations that grow from turn to turn, each read from its first block on, the last block replaced; every other one ends after its first turn.
    [Theory]
    [InlineData(1_500)]
    [InlineData(6_000)]
    [InlineData(12_000)]
    public void Run_ConversationsThatGrow_HasMoreHitsThanRecency(int capacity)
    {
        for (int seed = 1; seed <= 8; seed++)
        {
            CacheTrace trace = CacheTrace.Create(Conversations(12_000, seed));

            double rate = CacheSimulation.Run(trace, CacheSimulation.DefaultPolicy, capacity).HitRate;

            rate.Should().BeGreaterThan(CacheSimulation.Run(trace, "LRU", capacity).HitRate + 0.005, $"seed {seed}; measured are 0.6 to 3.4 points");
        }
    }

    private static IEnumerable<int> Conversations(int turns, int seed)
    {
        var random = new Random(seed);
        var waiting = new PriorityQueue<(List<int> Blocks, int Turns), double>();
        int block = 0;
        double now = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            now++;
            (List<int> Blocks, int Turns) next = ([0], random.Next(2) == 0 ? 1 : random.Next(2, 10));
            if (waiting.TryPeek(out _, out double due) && due <= now)
            {
                next = waiting.Dequeue();
                next.Blocks.RemoveAt(next.Blocks.Count - 1);
            }

            int more = next.Blocks.Count == 1 ? random.Next(1, 30) : random.Next(1, 5);
            next.Blocks.AddRange(Enumerable.Range(block + 1, more));
            block += more;
            foreach (int read in next.Blocks)
            {
                yield return read;
            }

            if (next.Turns > 1)
            {
                waiting.Enqueue((next.Blocks, next.Turns - 1), now + (400 * -Math.Log(1 - random.NextDouble())));
            }
        }
    }
}
