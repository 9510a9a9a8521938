using System.Text.Json;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Tests.Slo;

public sealed class SloReplayTests
{
    private static readonly ServiceLevelObjective Objective = ServiceLevelObjective.Parse("99.9% good over 30d");
    private static readonly SloOptions Plain = new() { GuardEvents = 0 };

    public static TheoryData<string> Names => [.. SloScenario.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Close_RecordedMinutes_FiresInTheExpectedMinutes(string name)
    {
        SloScenario scenario = SloScenario.Read(name);

        (List<(int, int)> page, List<(int, int)> ticket) = Firing(scenario, Plain);

        page.Should().Equal(scenario.Firing("page_firing"));
        ticket.Should().Equal(scenario.Firing("ticket_firing"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Status_AtTheCheckpoints_HasTheExpectedBurnRatesAndBudget(string name)
    {
        SloScenario scenario = SloScenario.Read(name);
        var replay = new SloReplay(Objective, AlertTables.SreWorkbook, Plain);
        JsonElement[] checkpoints = [.. scenario.Expected.GetProperty("checkpoints").EnumerateArray()];

        int next = 0;
        for (int minute = 0; minute < scenario.Minutes.Length; minute++)
        {
            replay.Close(scenario.Minutes[minute].Total, scenario.Minutes[minute].Errors);
            if (next < checkpoints.Length && checkpoints[next].GetProperty("minute").GetInt32() == minute)
            {
                Compare(replay.Status(), checkpoints[next++]);
            }
        }

        next.Should().Be(checkpoints.Length);
    }

    [Fact]
    public void Close_LowTrafficWithTheGuard_HoldsBackWhatChanceExplains()
    {
        SloScenario scenario = SloScenario.Read("lowtraffic");
        var replay = new SloReplay(Objective, AlertTables.SreWorkbook);
        int heldBack = 0;
        foreach ((long total, long errors) in scenario.Minutes)
        {
            replay.Close(total, errors);
            heldBack += replay.Status().Alerts.Any(alert => alert.State == AlertState.HeldBack) ? 1 : 0;
        }

        (List<(int, int)> page, List<(int, int)> ticket) = Firing(scenario, new SloOptions());

        // Nine errors in four days at 1.6 requests a minute: 9.2 are allowed. None of it is evidence against the objective.
        page.Should().BeEmpty();
        ticket.Should().BeEmpty();
        heldBack.Should().BeGreaterThan(1_000, "the plain rule holds in 1,717 minutes, and the status says that the guard holds it back");
    }

    [Theory]
    [InlineData("outage10m")]
    [InlineData("fastburn2pc")]
    [InlineData("slowburn")]
    [InlineData("burn1pc6h-diurnal")]
    public void Close_RealTrouble_FiresWithTheGuardAsWithout(string name)
    {
        SloScenario scenario = SloScenario.Read(name);

        (List<(int First, int Last)> page, List<(int First, int Last)> ticket) = Firing(scenario, new SloOptions());

        // All but the minutes at the very start, when almost nothing is known.
        page.Should().Equal(scenario.Firing("page_firing").Where(span => span.First > 60));
        ticket.Should().Equal(scenario.Firing("ticket_firing").Where(span => span.First > 60));
    }

    [Fact]
    public void Close_EverythingFails_PassesTheGuardAtOnce()
    {
        var replay = new SloReplay(Objective, AlertTables.SreWorkbook);
        for (int i = 0; i < 60; i++)
        {
            replay.Close(0, 0);
        }

        replay.Status().Alerts.Should().OnlyContain(alert => alert.State == AlertState.NoTraffic);
        replay.Close(2, 2);

        replay.Status().IsFiring(AlertSeverity.Page).Should().BeTrue("two of two failures are no accident at 0.1 %");
    }

    [Fact]
    public void Close_OneErrorAmongFew_IsHeldBackAndSaysWhy()
    {
        var replay = new SloReplay(Objective, AlertTables.SreWorkbook);

        replay.Close(30, 1);

        AlertStatus page = replay.Status().Alerts[0];
        page.State.Should().Be(AlertState.HeldBack);
        page.Explanation.Should().StartWith("Held back:").And.Contain("1 of 30 bad");
        page.Chance.Should().BeApproximately(1 - Math.Pow(0.999, 30), 1e-12);
    }

    [Fact]
    public void Close_AlertThatHasToHold_FiresWhenItHasHeld()
    {
        var replay = new SloReplay(ServiceLevelObjective.Parse("99% over 28d"), AlertTables.Pyrra(TimeSpan.FromDays(28)), Plain);

        AlertState[] states = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            replay.Close(100, 50);
            return replay.Status().Alerts[0].State;
        })];

        // Two minutes are to be held: the rule holds at minute 0, fires at minute 2.
        states.Should().Equal(AlertState.Pending, AlertState.Pending, AlertState.Firing, AlertState.Firing);
    }

    [Fact]
    public void Status_ViolationsPastTheHistory_AreForgottenAndCounted()
    {
        var replay = new SloReplay(
            ServiceLevelObjective.Parse("90% over 1h"),
            [new BurnRateAlert(AlertSeverity.Page, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), new Fraction(5, 1))],
            new SloOptions { HistoryLength = 3, GuardEvents = 0 });
        for (int i = 0; i < 20; i++)
        {
            replay.Close(10_000, i % 2 == 0 ? 6_000 : 0);
        }

        SloStatus status = replay.Status();

        status.Violations.Count(violation => violation.Kind == ViolationKind.Alert).Should().BeLessThanOrEqualTo(4);
        status.ForgottenViolations.Should().BeGreaterThan(5);
        status.Violations.Where(violation => violation.Kind == ViolationKind.Alert).Should().OnlyContain(violation => violation.Bad == 6_000 && violation.PeakBurnRate == 6);
    }

    internal static (List<(int First, int Last)> Page, List<(int First, int Last)> Ticket) Firing(SloScenario scenario, SloOptions options)
    {
        var replay = new SloReplay(Objective, AlertTables.SreWorkbook, options);
        var firing = new Dictionary<BurnRateAlert, bool>();
        List<(int, int)> page = [], ticket = [];
        int? pageSince = null, ticketSince = null;
        for (int minute = 0; minute < scenario.Minutes.Length; minute++)
        {
            foreach (AlertChange change in replay.Close(scenario.Minutes[minute].Total, scenario.Minutes[minute].Errors))
            {
                firing[change.Alert] = change.To == AlertState.Firing;
            }

            Track(AlertSeverity.Page, minute, ref pageSince, page);
            Track(AlertSeverity.Ticket, minute, ref ticketSince, ticket);
        }

        Track(null, scenario.Minutes.Length, ref pageSince, page);
        Track(null, scenario.Minutes.Length, ref ticketSince, ticket);
        return (page, ticket);

        void Track(AlertSeverity? severity, int minute, ref int? since, List<(int, int)> spans)
        {
            bool now = severity is not null && firing.Any(entry => entry.Key.Severity == severity && entry.Value);
            if (now)
            {
                since ??= minute;
            }
            else if (since is { } first)
            {
                spans.Add((first, minute - 1));
                since = null;
            }
        }
    }

    private static void Compare(SloStatus status, JsonElement expected)
    {
        string[] longs = ["burn_1h", "burn_6h", "burn_1d", "burn_3d"];
        string[] shorts = ["burn_5m", "burn_30m", "burn_2h", "burn_6h"];
        for (int i = 0; i < 4; i++)
        {
            RequireBurn(status.Alerts[i].LongWindow, expected.GetProperty(longs[i]));
            RequireBurn(status.Alerts[i].ShortWindow, expected.GetProperty(shorts[i]));
        }

        status.Budget.Total.Should().Be(expected.GetProperty("total").GetInt64());
        status.Budget.Bad.Should().Be(expected.GetProperty("errors").GetInt64());
        status.Budget.GoodShare.Should().BeApproximately(expected.GetProperty("sli").GetDouble(), 1e-9);
        status.Budget.RemainingOfSeen.Should().BeApproximately(expected.GetProperty("budget_remaining_of_seen").GetDouble(), 1e-6);
        status.Budget.RemainingOfPeriod.Should().BeApproximately(expected.GetProperty("budget_remaining_of_period").GetDouble(), 1e-6);
    }

    // Null stands for a window without traffic.
    private static void RequireBurn(WindowReading reading, JsonElement expected)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            reading.Total.Should().Be(0);
        }
        else
        {
            reading.BurnRate.Should().BeApproximately(expected.GetDouble(), 1e-6);
        }
    }
}
