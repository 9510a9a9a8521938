using Microsoft.Extensions.Options;
using Vouch.Optimizer.Budgets;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Budgets;

public sealed class BudgetLedgerTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void TryReserve_UntilTheCap_FitsExactlyAndNothingMore()
    {
        BudgetLedger ledger = Ledger(Cap("day", 10));

        ledger.TryReserve(null, Usd(6), out BudgetReservation first, out _).Should().BeTrue();
        ledger.TryReserve(null, Usd(4.000000001m), out _, out BudgetRefusal refusal).Should().BeFalse();
        refusal.Should().Be(new BudgetRefusal("day", Usd(4)));
        ledger.TryReserve(null, Usd(4), out _, out _).Should().BeTrue();
        ledger.Settle(first, Usd(1)).Should().BeTrue();
        ledger.Available(null, out string cap).Should().Be(Usd(5));
        cap.Should().Be("day");
    }

    [Fact]
    public void Settle_TwiceOrAfterSlotIsUsedAgain_ChangesNothing()
    {
        BudgetLedger ledger = Ledger(Cap("all", 10));
        ledger.TryReserve(null, Usd(5), out BudgetReservation old, out _);
        ledger.Settle(old, Usd(2));
        ledger.TryReserve(null, Usd(5), out BudgetReservation current, out _);

        current.Slot.Should().Be(old.Slot, "slots are used again");
        ledger.Settle(old, NanoUsd.Zero).Should().BeFalse();
        ledger.Settle(default, NanoUsd.Zero).Should().BeFalse();
        ledger.Available(null, out _).Should().Be(Usd(3));
        ledger.OpenReservations.Should().Be(1);
    }

    [Fact]
    public void Reservation_NeverSettled_StaysChargedInFull()
    {
        BudgetLedger ledger = Ledger(Cap("all", 10));
        ledger.TryReserve(null, Usd(7), out BudgetReservation lost, out _);

        _time.Advance(TimeSpan.FromMinutes(10));

        ledger.Available(null, out _).Should().Be(Usd(3));
        ledger.OpenReservations.Should().Be(0);
        ledger.Expired.Should().Be(1);
        ledger.Settle(lost, NanoUsd.Zero).Should().BeFalse("it came too late");
        ledger.Statement().Single().Spent.Should().Be(Usd(7));
    }

    [Fact]
    public void Settle_DearerThanReserved_IsChargedAndShown()
    {
        BudgetLedger ledger = Ledger(Cap("all", 10));
        ledger.TryReserve(null, Usd(9), out BudgetReservation reservation, out _);

        ledger.Settle(reservation, Usd(12));

        ledger.Overrun.Should().Be(Usd(3));
        ledger.Available(null, out _).Should().Be(NanoUsd.Zero);
        ledger.TryReserve(null, new NanoUsd(1), out _, out _).Should().BeFalse();
    }

    [Fact]
    public void Tenants_EachAndNamed_AreHeldApart()
    {
        BudgetLedger ledger = Ledger(Cap("all", 10), Cap("each", 4, SpendScope.EachTenant), Cap("vip", 2, SpendScope.Tenant, "vip"));

        ledger.TryReserve("a", Usd(4), out _, out _).Should().BeTrue();
        ledger.TryReserve("a", Usd(1), out _, out BudgetRefusal forA).Should().BeFalse();
        ledger.TryReserve("vip", Usd(3), out _, out BudgetRefusal forVip).Should().BeFalse();
        ledger.TryReserve("b", Usd(4), out _, out _).Should().BeTrue();
        ledger.TryReserve("c", Usd(4), out _, out BudgetRefusal forC).Should().BeFalse();

        (forA.Cap, forVip.Cap, forC.Cap).Should().Be(("each", "vip", "all"));
        ledger.Statement("vip").Select(statement => (statement.Cap, statement.Available)).Should().Equal(("all", Usd(2)), ("each", Usd(4)), ("vip", Usd(2)));
    }

    [Fact]
    public void Tenants_MoreThanHeld_AreRefusedUntilOneIsIdle()
    {
        var options = new BudgetOptions { Caps = [Cap("each", 4, SpendScope.EachTenant, window: TimeSpan.FromMinutes(1))], MaxTenants = 2 };
        var ledger = new BudgetLedger(options, _time);
        ledger.TryReserve("a", Usd(1), out BudgetReservation a, out _);
        ledger.TryReserve("b", Usd(1), out _, out _);

        ledger.TryReserve("c", Usd(1), out _, out BudgetRefusal refusal).Should().BeFalse();
        refusal.Cap.Should().Be("tenants");
        ledger.Settle(a, Usd(1));
        _time.Advance(TimeSpan.FromMinutes(2));
        ledger.TryReserve("c", Usd(1), out _, out _).Should().BeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Window_RandomCalls_NoIntervalOfItsLengthHoldsMore_AndOldSpendingIsForgotten(int seed)
    {
        var random = new Random(seed);
        TimeSpan window = TimeSpan.FromSeconds(60);
        BudgetLedger ledger = new(new BudgetOptions { Caps = [Cap("minute", 10, window: window)], ReservationTimeout = TimeSpan.FromSeconds(20) }, _time);
        var bills = new List<(TimeSpan At, decimal Usd)>();
        var open = new List<(BudgetReservation Reservation, TimeSpan At)>();
        int granted = 0;
        for (int step = 0; step < 20_000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 1500)));
            if (random.Next(2) == 0 && ledger.TryReserve(null, Usd(random.Next(1, 300) / 100m), out BudgetReservation reservation, out _))
            {
                open.Add((reservation, _time.Elapsed));
                granted++;
            }
            else if (open.Count > 0)
            {
                int i = random.Next(open.Count);
                decimal part = open[i].Reservation.Amount.Usd * random.Next(0, 5) / 4m;
                bool isTimely = _time.Elapsed - open[i].At < TimeSpan.FromSeconds(20);
                ledger.Settle(open[i].Reservation, Usd(Math.Min(part, open[i].Reservation.Amount.Usd))).Should().Be(isTimely);
                bills.Add((open[i].At, isTimely ? Math.Min(part, open[i].Reservation.Amount.Usd) : open[i].Reservation.Amount.Usd));
                open.RemoveAt(i);
            }
        }

        (TimeSpan At, decimal Usd)[] sorted = [.. bills.OrderBy(bill => bill.At)];
        decimal sum = 0;
        for (int first = 0, last = 0; last < sorted.Length; last++)
        {
            sum += sorted[last].Usd;
            while (sorted[last].At - sorted[first].At > window)
            {
                sum -= sorted[first++].Usd;
            }

            sum.Should().BeLessThanOrEqualTo(10m);
        }

        granted.Should().BeGreaterThan(1_000, "what was spent long ago makes room");
    }

    [Fact]
    public void Window_JustPast_IsForgottenWithinASixtieth()
    {
        BudgetLedger ledger = Ledger(Cap("hour", 10, window: TimeSpan.FromHours(1)));
        ledger.TryReserve(null, Usd(10), out BudgetReservation reservation, out _);
        ledger.Settle(reservation, Usd(10));

        _time.Advance(TimeSpan.FromHours(1));
        ledger.Available(null, out _).Should().Be(NanoUsd.Zero, "an interval of an hour may hold both ends");
        _time.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(1));
        ledger.Available(null, out _).Should().Be(Usd(10));
    }

    [Fact]
    public async Task TryReserve_ManyThreads_NeverPassesTheCap()
    {
        BudgetLedger ledger = Ledger(Cap("all", 1));
        long spent = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 20_000; i++)
            {
                if (ledger.TryReserve("t" + (i % 3), new NanoUsd(random.Next(1, 1_000_000)), out BudgetReservation reservation, out _))
                {
                    long actual = random.NextInt64(reservation.Amount.Value + 1);
                    Interlocked.Add(ref spent, actual);
                    ledger.Settle(reservation, new NanoUsd(actual)).Should().BeTrue();
                }
            }
        })));

        spent.Should().BeLessThanOrEqualTo(Usd(1).Value);
        ledger.Statement().Single().Spent.Value.Should().Be(spent);
        ledger.Statement().Single().Reserved.Should().Be(NanoUsd.Zero);
    }

    [Fact]
    public void Charge_And_SetLimit_CountAtOnce()
    {
        BudgetLedger ledger = Ledger(Cap("all", 10));

        ledger.Charge("a", Usd(8)).Should().BeTrue();
        ledger.Available("b", out _).Should().Be(Usd(2));
        ledger.SetLimit("all", Usd(5)).Should().BeTrue();
        ledger.Available("b", out _).Should().Be(NanoUsd.Zero);
        ledger.SetLimit("none", Usd(5)).Should().BeFalse();
    }

    [Fact]
    public void Constructor_CapAtFault_NamesCapAndField()
    {
        var options = new BudgetOptions { Caps = [Cap("a", 1), Cap("a", 1), Cap("w", 1, window: TimeSpan.FromMilliseconds(1)), Cap("t", -1, SpendScope.Tenant)] };

        FluentActions.Invoking(() => new BudgetLedger(options)).Should().Throw<OptionsValidationException>().Which.Failures.Should().SatisfyRespectively(
            failure => failure.Should().Contain("cap 1 ('a')").And.Contain("Name"),
            failure => failure.Should().Contain("cap 2 ('w')").And.Contain("Window"),
            failure => failure.Should().Contain("cap 3 ('t')").And.Contain("Tenant"),
            failure => failure.Should().Contain("cap 3 ('t')").And.Contain("LimitUsd"));
    }

    [Fact]
    public void NanoUsd_AtTheEndsOfTheRange_Saturates()
    {
        (NanoUsd.MaxValue + new NanoUsd(1)).Should().Be(NanoUsd.MaxValue);
        (new NanoUsd(long.MinValue) - new NanoUsd(1)).Value.Should().Be(long.MinValue);
        NanoUsd.FromUsd(0.0000000001m).Value.Should().Be(1, "amounts are rounded up");
        new NanoUsd(1_500_000).ToString().Should().Be("$0.0015");
    }

    private static NanoUsd Usd(decimal usd) => NanoUsd.FromUsd(usd);

    private static SpendCapOptions Cap(string name, decimal usd, SpendScope scope = SpendScope.Everyone, string? tenant = null, TimeSpan? window = null) =>
        new() { Name = name, LimitUsd = usd, Scope = scope, Tenant = tenant, Window = window };

    private BudgetLedger Ledger(params SpendCapOptions[] caps) => new(new BudgetOptions { Caps = caps }, _time);
}
