using Vouch.Resilience.Breakers;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Tests.Keys;

[Collection(nameof(AloneCollection))]
public class KeyedStatesMemoryTests
{
    [Fact]
    public void GetOrAdd_ManyIdleKeys_TakeLittle()
    {
        // Keys are the callers' own; what is measured is what a key costs beside its name.
        const int Keys = 200_000;
        string[] names = [.. Enumerable.Range(0, Keys).Select(static i => $"key {i}")];
        KeyedStates<BreakerCore> states = new(static () => new BreakerCore(), 1_000_000, TimeSpan.FromHours(1));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (string name in names)
        {
            states.GetOrAdd(name, TimeSpan.TicksPerSecond);
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);

        ((after - before) / (double)Keys).Should().BeLessThanOrEqualTo(200, "the breaker's state and its place in the table");
        GC.KeepAlive(states);
        GC.KeepAlive(names);
    }
}
