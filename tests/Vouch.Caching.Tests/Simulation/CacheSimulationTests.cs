using Vouch.Caching.Simulation;

namespace Vouch.Caching.Tests.Simulation;

public sealed class CacheSimulationTests
{
    [Fact]
    public void Run_LruOnAKnownStream_CountsEveryRequest()
    {
        CacheTrace trace = CacheTrace.Create(["a", "b", "a", "c", "b", "a"]);

        CacheSimulationResult result = CacheSimulation.Run(trace, "lru", 2);

        result.Should().Be(new CacheSimulationResult("LRU", 2, Requests: 6, Hits: 1, RequestedSize: 6, HitSize: 1));
    }

    [Fact]
    public void Run_Sizes_CountsHitsBySizeAndNeverStoresWhatIsTooLarge()
    {
        CacheTrace trace = CacheTrace.Create([("big", 11L), ("big", 11L), ("small", 4L), ("small", 4L), ("small", 5L), ("other", 7L), ("small", 5L)]);

        CacheSimulationResult result = CacheSimulation.Run(trace, "LRU", 10);

        result.Hits.Should().Be(2);
        result.HitSize.Should().Be(9);
        result.RequestedSize.Should().Be(47);
    }

    [Fact]
    public void Run_BadArguments_SaysWhich()
    {
        CacheTrace trace = CacheTrace.Create(["a"]);
        Action unknown = () => CacheSimulation.Run(trace, "best", 2);
        Action none = () => CacheSimulation.Run(trace, "LRU", 0);

        unknown.Should().Throw<ArgumentException>().WithMessage("*LRU*");
        none.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("capacity");
        CacheSimulation.Policies.Should().Contain(CacheSimulation.DefaultPolicy).And.Contain(CacheSimulation.DefaultSizePolicy);
    }
}
