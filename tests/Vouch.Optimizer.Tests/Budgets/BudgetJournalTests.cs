using Vouch.Core.Exceptions;
using Vouch.Optimizer.Budgets;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Budgets;

/// <summary>A ledger whose spending outlives its process. "Killed" means: never disposed of, never flushed; the next ledger sees what lies in the file.</summary>
public sealed class BudgetJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vouch-budget").FullName;
    private readonly ManualTimeProvider _time = new();
    private int _restarts;
    private string _path;

    public BudgetJournalTests() => _path = Path.Combine(_folder, "budget.0");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Restart_BetweenReserveAndSettle_CountsTheCallInFull()
    {
        BudgetLedger ledger = Ledger();
        ledger.TryReserve("a", Usd(3), out BudgetReservation answered, out _);
        ledger.TryReserve("a", Usd(4), out _, out _);
        ledger.Settle(answered, Usd(1));

        BudgetLedger next = Killed();

        next.Recovered.Should().Be(Usd(4));
        next.Available("a", out _).Should().Be(Usd(5), "1 was spent, 4 may have been");
        next.OpenReservations.Should().Be(0);
        next.Settle(answered, Usd(0)).Should().BeFalse("it is of another life");
    }

    [Fact]
    public void Restart_TwiceInARow_RecoversNothingTwice()
    {
        Ledger().TryReserve("a", Usd(4), out _, out _);

        _ = Killed();
        BudgetLedger third = Killed();

        third.Recovered.Should().Be(NanoUsd.Zero);
        third.Available("a", out _).Should().Be(Usd(6));
    }

    [Fact]
    public void Restart_NumbersGoOn_NoSettlementMeetsAnothersReservation()
    {
        BudgetLedger ledger = Ledger();
        ledger.TryReserve("a", Usd(1), out _, out _);
        BudgetLedger next = Killed();
        next.TryReserve("a", Usd(2), out BudgetReservation reservation, out _);
        next.Settle(reservation, Usd(2));

        Killed().Available("a", out _).Should().Be(Usd(7));
    }

    [Fact]
    public void Restart_TenantsAndCharges_AreKeptApart()
    {
        BudgetLedger ledger = Ledger(new SpendCapOptions { Name = "each", LimitUsd = 5, Scope = SpendScope.EachTenant });
        ledger.Charge("a", Usd(2));
        ledger.Charge(null, Usd(1));

        BudgetLedger next = Killed(new SpendCapOptions { Name = "each", LimitUsd = 5, Scope = SpendScope.EachTenant });

        (next.Available("a", out _), next.Available(null, out _), next.Available("b", out _)).Should().Be((Usd(3), Usd(4), Usd(5)));
    }

    [Fact]
    public void Restart_Window_ForgetsByTheCalendar()
    {
        var hour = new SpendCapOptions { Name = "hour", LimitUsd = 10, Window = TimeSpan.FromHours(1) };
        _time.Advance(TimeSpan.FromHours(5));
        BudgetLedger ledger = Ledger(hour);
        ledger.Charge("a", Usd(3));
        _time.Advance(TimeSpan.FromMinutes(40));
        ledger.Charge("a", Usd(4));

        BudgetLedger next = Killed(hour);
        NanoUsd atOnce = next.Available("a", out _);
        _time.Advance(TimeSpan.FromMinutes(22));
        NanoUsd later = next.Available("a", out _);
        _time.Advance(TimeSpan.FromMinutes(40));

        (atOnce, later, next.Available("a", out _)).Should().Be((Usd(3), Usd(6), Usd(10)));
    }

    [Fact]
    public void Append_FileIsFull_SumsOldLinesUpAndLosesNothing()
    {
        var journal = new FileBudgetJournal(_path, new FileBudgetJournalOptions { InitialBytes = 16 << 10 }, _time);
        var ledger = new BudgetLedger(new BudgetOptions { Caps = [new SpendCapOptions { Name = "all", LimitUsd = 1_000 }], ReservationTimeout = TimeSpan.FromDays(1) }, journal, _time);
        ledger.TryReserve("kept", Usd(7), out BudgetReservation kept, out _);
        for (int i = 0; i < 2_000; i++)
        {
            ledger.TryReserve("t" + (i % 3), Usd(0.2m), out BudgetReservation reservation, out _);
            ledger.Settle(reservation, Usd(0.1m));
            _time.Advance(TimeSpan.FromSeconds(7));
        }

        NanoUsd before = ledger.Available("a", out _);
        journal.Length.Should().BeLessThan(64 << 10);
        File.Exists(_path + ".next").Should().BeFalse();
        ledger.Settle(kept, Usd(7)).Should().BeTrue();
        Killed(new SpendCapOptions { Name = "all", LimitUsd = 1_000 }).Available("a", out _).Should().Be(before);
        before.Should().Be(Usd(1_000 - 200 - 7));
    }

    [Fact]
    public void Open_DamagedFile_IsRefusedAndSaysWhere()
    {
        using (var journal = new FileBudgetJournal(_path, null, _time))
        {
            journal.Append(new BudgetEntry(BudgetEntryKind.Charged, 0, "a", Usd(1), _time.GetUtcNow()));
        }

        byte[] bytes = File.ReadAllBytes(_path);
        bytes[40] ^= 1;
        File.WriteAllBytes(_path, bytes);
        FluentActions.Invoking(() => new FileBudgetJournal(_path)).Should().Throw<InputValidationException>().WithMessage("*byte 16*");
        File.WriteAllText(_path, "something else altogether");
        FluentActions.Invoking(() => new FileBudgetJournal(_path)).Should().Throw<InputValidationException>().WithMessage("*head*");
    }

    [Fact]
    public void Open_AnotherHoldsIt_IsRefused()
    {
        using var first = new FileBudgetJournal(_path);

        FluentActions.Invoking(() => new FileBudgetJournal(_path)).Should().Throw<IOException>();
    }

    [Fact]
    public void TryReserve_JournalFails_SetsNothingAside()
    {
        var journal = new Failing();
        var ledger = new BudgetLedger(Options(Cap), journal, _time);
        journal.Fails = true;

        ledger.Invoking(l => l.TryReserve("a", Usd(1), out _, out _)).Should().Throw<IOException>();

        journal.Fails = false;
        (ledger.OpenReservations, ledger.Available("a", out _)).Should().Be((0, Usd(10)));
    }

    [Fact]
    public void Settle_JournalFails_StaysChargedInFull()
    {
        var journal = new Failing();
        var ledger = new BudgetLedger(Options(Cap), journal, _time);
        ledger.TryReserve("a", Usd(4), out BudgetReservation reservation, out _);
        journal.Fails = true;

        ledger.Invoking(l => l.Settle(reservation, Usd(1))).Should().Throw<IOException>();

        journal.Fails = false;
        _time.Advance(TimeSpan.FromHours(1));
        (ledger.Available("a", out _), ledger.Expired).Should().Be((Usd(6), 1));
    }

    [Fact]
    public void TryReserve_WithAFile_AllocatesNothing()
    {
        using var journal = new FileBudgetJournal(_path, null, _time);
        var ledger = new BudgetLedger(Options(Cap), journal, _time);
        long least = long.MaxValue;
        for (int round = 0; round < 100 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                ledger.TryReserve("a", new NanoUsd(5), out BudgetReservation reservation, out _);
                ledger.Settle(reservation, new NanoUsd(1));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
    }

    private static SpendCapOptions Cap => new() { Name = "all", LimitUsd = 10 };

    private static NanoUsd Usd(decimal usd) => NanoUsd.FromUsd(usd);

    private static BudgetOptions Options(params SpendCapOptions[] caps) => new() { Caps = caps };

    private BudgetLedger Ledger(params SpendCapOptions[] caps) => new(Options(caps.Length == 0 ? [Cap] : caps), new FileBudgetJournal(_path, null, _time), _time);

    /// <summary>The file as a kill leaves it: taken while the old journal still holds it, unflushed.</summary>
    private BudgetLedger Killed(params SpendCapOptions[] caps)
    {
        string next = Path.Combine(_folder, "budget." + ++_restarts);
        using (var copy = System.Diagnostics.Process.Start("cp", [_path, next]))
        {
            copy.WaitForExit();
        }

        _path = next;
        return Ledger(caps);
    }

    private sealed class Failing : IBudgetJournal
    {
        public bool Fails { get; set; }

        public IReadOnlyList<BudgetEntry> Read() => [];

        public void Append(in BudgetEntry entry)
        {
            if (Fails)
            {
                throw new IOException("disk full");
            }
        }
    }
}
