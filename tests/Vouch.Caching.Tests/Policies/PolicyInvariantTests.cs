using Vouch.Caching.Policies;
using Vouch.Caching.Simulation;

namespace Vouch.Caching.Tests.Policies;

/// <summary>What every policy must keep, whatever it is asked: the simulated cache throws when a victim is not in use.</summary>
public sealed class PolicyInvariantTests
{
    public static TheoryData<string> Names => [.. EvictionPolicies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Victim_AnyCourseOfRequestsAndRemovals_IsInUseAndTheCapacityHolds(string name)
    {
        foreach (int capacity in (int[])[1, 2, 3, 7, 64, 300])
        {
            var random = new Random(capacity);
            var cache = new SimulatedCache(EvictionPolicies.Create(name, capacity), capacity, 1000, seed: 1);
            for (int i = 0; i < 30_000; i++)
            {
                int key = random.Next(10) < 7 ? random.Next(capacity + 5) : random.Next(1000);
                if (random.Next(20) == 0)
                {
                    cache.Remove(key);
                    cache.Contains(key).Should().BeFalse();
                }
                else
                {
                    bool present = cache.Contains(key);
                    cache.Request(key).Should().Be(present);
                }

                if (cache.Size > capacity || cache.Size != cache.Count)
                {
                    Assert.Fail($"{cache.Count} entries of weight {cache.Size} in a cache of {capacity}");
                }
            }

            cache.Count.Should().BeGreaterThanOrEqualTo(Math.Max(1, capacity - (capacity / 3)), "a full cache stays nearly full");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Victim_KeysWithEqualHashes_IsInUseAndTheCapacityHolds(string name)
    {
        foreach (ulong mask in (ulong[])[0, 0xF000_0000_0000_0003, 0xFF])
        {
            var random = new Random(9);
            var cache = new SimulatedCache(EvictionPolicies.Create(name, 50), 50, 300, seed: 1, mask);
            for (int i = 0; i < 20_000; i++)
            {
                int key = random.Next(3) == 0 ? random.Next(300) : random.Next(60);
                if (random.Next(30) == 0)
                {
                    cache.Remove(key);
                }
                else
                {
                    bool present = cache.Contains(key);
                    if (cache.Request(key) != present)
                    {
                        Assert.Fail("a hit is a key that was present");
                    }
                }
            }

            cache.Count.Should().BeInRange(40, 50);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Victim_EntriesOfManyWeightsThatChange_IsInUseAndTheCapacityHolds(string name)
    {
        foreach (int capacity in (int[])[1, 10, 1000, 20_000])
        {
            var random = new Random(capacity);
            var cache = new SimulatedCache(EvictionPolicies.Create(name, capacity, weighted: capacity != 10), capacity, 500, seed: 1);
            for (int i = 0; i < 30_000; i++)
            {
                int key = random.Next(5) < 3 ? random.Next(50) : random.Next(500);
                long size = random.Next(30) == 0 ? random.NextInt64(1, capacity + 1) : 1 + ((long)key * 7 % 97);
                switch (random.Next(20))
                {
                    case 0:
                        cache.Remove(key);
                        break;
                    case 1:
                        cache.Replace(key, size);
                        break;
                    default:
                        cache.Request(key, size);
                        break;
                }

                if (cache.Size > capacity)
                {
                    Assert.Fail($"weight {cache.Size} in a cache of {capacity}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Operations_OnceWarm_DoNotAllocate(string name)
    {
        const int Capacity = 500;
        var random = new Random(5);
        var cache = new SimulatedCache(EvictionPolicies.Create(name, Capacity), Capacity, 3000, seed: 1);
        Work(20_000);

        long bytes = Allocations.Of(() => Work(20_000), times: 1);

        // A kind of key that is met for the first time gets its counters, four times half a kilobyte; there are at most 128 kinds.
        bytes.Should().BeLessThan(name.StartsWith("HitDensity", StringComparison.Ordinal) || name == EvictionPolicies.Default ? 128 * 4 * 500 : 1);

        void Work(int requests)
        {
            for (int i = 0; i < requests; i++)
            {
                cache.Request(random.Next(3) == 0 ? random.Next(3000) : random.Next(600));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_SameSeed_SameResult(string name)
    {
        var random = new Random(3);
        CacheTrace trace = CacheTrace.Create(Enumerable.Range(0, 20_000).Select(_ => (int)Math.Pow(2000, random.NextDouble())));

        CacheSimulation.Run(trace, name, 100, seed: 4).Should().Be(CacheSimulation.Run(trace, name, 100, seed: 4));
    }

    [Fact]
    public void Create_UnknownName_ListsTheNames()
    {
        Action create = () => EvictionPolicies.Create("MRU", 10);

        create.Should().Throw<ArgumentException>().WithMessage("*'MRU'*LRU, FIFO*");
    }
}
