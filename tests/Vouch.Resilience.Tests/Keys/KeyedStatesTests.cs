using Vouch.Resilience.Breakers;
using Vouch.Resilience.Bulkheads;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Tests.Keys;

public class KeyedStatesTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void GetOrAdd_SameKey_GivesTheSameState()
    {
        KeyedStates<BreakerCore> states = New(10, 60);

        states.GetOrAdd("a", Second).Should().BeSameAs(states.GetOrAdd("a", 2 * Second));
        states.Count.Should().Be(1);
    }

    [Fact]
    public void GetOrAdd_IdleKeys_AreForgottenByThoseWhoComeBy()
    {
        KeyedStates<BreakerCore> states = New(1_000_000, 60);
        for (int i = 0; i < 5000; i++)
        {
            states.GetOrAdd($"key {i}", Second);
        }

        // One caller of one key goes on.
        for (long time = 60 * Second; time < 600 * Second; time += Second / 20)
        {
            states.GetOrAdd("busy", time);
        }

        states.Count.Should().Be(1);
    }

    [Fact]
    public void GetOrAdd_CallerWithAnOldTime_FindsItsKeyAgain()
    {
        KeyedStates<BreakerCore> states = New(4, 60);
        for (int i = 0; i < 5; i++)
        {
            states.GetOrAdd($"key {i}", 10 * Second);
        }

        BreakerCore late = states.GetOrAdd("late", Second);

        late.IsForgotten.Should().BeFalse("else its caller would make it anew, for ever");
        states.Find("late").Should().BeSameAs(late);
    }

    [Fact]
    public void GetOrAdd_MoreThanTheMostKeys_StaysNearIt()
    {
        KeyedStates<BreakerCore> states = New(100, 3600);
        for (int i = 0; i < 10_000; i++)
        {
            states.GetOrAdd($"key {i}", i * Second);
        }

        states.Count.Should().BeLessThanOrEqualTo(120);
    }

    [Fact]
    public void GetOrAdd_KeysWithCallsUnderWay_AreKept()
    {
        var gate = new BulkheadGate(new BulkheadStrategyOptions { MaxConcurrency = 1, IdleTimeout = TimeSpan.FromSeconds(1) });
        KeyedState? held = gate.TryEnter("held", Second);
        for (int i = 0; i < 2000; i++)
        {
            gate.Exit(gate.TryEnter($"key {i}", (10 + i) * Second)!, $"key {i}", 0, 0, null);
        }

        held.Should().NotBeNull();
        gate.TryEnter("held", 5000 * Second).Should().BeNull("its one call is still under way");
    }

    [Fact]
    public void GetOrAdd_ManyIdleKeys_TakeLittle()
    {
        // Keys are the callers' own; what is measured is what a key costs beside its name.
        const int Keys = 200_000;
        string[] names = [.. Enumerable.Range(0, Keys).Select(static i => $"key {i}")];
        KeyedStates<BreakerCore> states = New(1_000_000, 3600);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (string name in names)
        {
            states.GetOrAdd(name, Second);
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);

        ((after - before) / (double)Keys).Should().BeLessThanOrEqualTo(200, "the breaker's state and its place in the table");
        GC.KeepAlive(states);
        GC.KeepAlive(names);
    }

    private static KeyedStates<BreakerCore> New(int maxKeys, int idleSeconds) => new(static () => new BreakerCore(), maxKeys, TimeSpan.FromSeconds(idleSeconds));
}
