using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Online;

/// <summary>Long work that cannot resume waits where capacity falls often; what can resume, what is short and what has no time left does not.</summary>
public sealed class HoldingBackTests
{
    private const int Slots = 300;
    private const int Now = 120;

    [Fact]
    public void BeginSlot_CapacityFallsOftenAndDaysAreLeft_NothingIsLost()
    {
        OnlineScheduler scheduler = After(static slot => slot % 6 == 5 ? 0 : 8);
        scheduler.Submit(new Job("long", 8, 2, Now, Now + 100, penalty: 1_000));

        for (int slot = Now; slot < Now + 24; slot++)
        {
            scheduler.BeginSlot(slot % 6 == 5 ? 0 : 8);
        }

        scheduler.StatusOf("long")!.State.Should().Be(OnlineJobState.Waiting);
        scheduler.StatusOf("long")!.Lost.Should().BeEmpty();
    }

    [Fact]
    public void BeginSlot_CapacityFallsOftenAndNoTimeIsLeft_RunsAllTheSame()
    {
        OnlineScheduler scheduler = After(static slot => slot % 6 == 5 ? 0 : 8);
        scheduler.Submit(new Job("long", 8, 2, Now, Now + 8, penalty: 1_000));

        scheduler.BeginSlot(8);

        scheduler.StatusOf("long")!.State.Should().Be(OnlineJobState.Running);
    }

    [Fact]
    public void BeginSlot_CapacityHeldForDays_RunsAtOnce()
    {
        OnlineScheduler scheduler = After(static _ => 8);
        scheduler.Submit(new Job("long", 8, 2, Now, Now + 100, penalty: 1_000));

        scheduler.BeginSlot(8);

        scheduler.StatusOf("long")!.State.Should().Be(OnlineJobState.Running);
    }

    [Fact]
    public void BeginSlot_RunningWorkTakesWhatHolds_TheNextLongRunWaits()
    {
        // Half of the pool always holds: room for one of two runs that cannot resume.
        OnlineScheduler scheduler = After(static slot => slot % 6 == 5 ? 4 : 8);
        scheduler.Submit(new Job("first", 8, 4, Now, Now + 100, penalty: 1_000));
        scheduler.Submit(new Job("second", 8, 4, Now, Now + 100, penalty: 1_000));

        for (int slot = Now; slot < Now + 30; slot++)
        {
            scheduler.BeginSlot(slot % 6 == 5 ? 4 : 8);
        }

        scheduler.Jobs().Should().OnlyContain(job => job.State == OnlineJobState.Finished && job.Lost.Count == 0);
    }

    private static OnlineScheduler After(Func<int, double> capacity)
    {
        var curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), [.. Enumerable.Repeat(10.0, Slots)]);
        var scheduler = new OnlineScheduler(curve, [new OnlinePool("spot", 8)]);
        for (int slot = 0; slot < Now; slot++)
        {
            scheduler.BeginSlot(capacity(slot));
        }

        return scheduler;
    }
}
