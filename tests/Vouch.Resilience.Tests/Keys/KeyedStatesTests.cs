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

    private static KeyedStates<BreakerCore> New(int maxKeys, int idleSeconds) => new(static () => new BreakerCore(), maxKeys, TimeSpan.FromSeconds(idleSeconds));
}
