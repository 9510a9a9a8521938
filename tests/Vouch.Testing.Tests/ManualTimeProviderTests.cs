using System.Globalization;

namespace Vouch.Testing.Tests;

public sealed class ManualTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2024, 2, 29, 12, 0, 0, TimeSpan.Zero);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void GetUtcNow_NotAdvanced_StandsStill()
    {
        var clock = new ManualTimeProvider(Start.ToOffset(TimeSpan.FromHours(5)));

        clock.GetUtcNow().Should().Be(Start);
        clock.GetUtcNow().Offset.Should().Be(TimeSpan.Zero);
        clock.GetTimestamp().Should().Be(clock.GetTimestamp());
        clock.Start.Should().Be(Start);
        clock.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Constructor_WithoutStart_StandsAtTheYear2000() =>
        new ManualTimeProvider().GetUtcNow().Should().Be(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Advance_Amount_MovesWallClockAndTimestampAlike()
    {
        var clock = new ManualTimeProvider(Start);
        long before = clock.GetTimestamp();

        clock.Advance(TimeSpan.FromTicks(12_345_678_901));

        clock.GetUtcNow().Should().Be(Start.AddTicks(12_345_678_901));
        clock.GetElapsedTime(before).Should().Be(TimeSpan.FromTicks(12_345_678_901));
    }

    [Fact]
    public void Advance_SeveralTimersDue_FiresInOrderOfDueTimeWithClockAtDueTime()
    {
        var clock = new ManualTimeProvider(Start);
        var fired = new List<string>();
        void Note(object? name) => fired.Add(string.Create(CultureInfo.InvariantCulture, $"{name}@{clock.Elapsed.TotalSeconds}"));
        using ITimer third = clock.CreateTimer(Note, "late", Seconds(3), Timeout.InfiniteTimeSpan);
        using ITimer first = clock.CreateTimer(Note, "early", Seconds(1), Timeout.InfiniteTimeSpan);
        using ITimer tieA = clock.CreateTimer(Note, "tieA", Seconds(2), Timeout.InfiniteTimeSpan);
        using ITimer tieB = clock.CreateTimer(Note, "tieB", Seconds(2), Timeout.InfiniteTimeSpan);
        using ITimer far = clock.CreateTimer(Note, "far", Seconds(99), Timeout.InfiniteTimeSpan);

        clock.Advance(Seconds(5));

        fired.Should().Equal("early@1", "tieA@2", "tieB@2", "late@3");
        clock.Elapsed.Should().Be(Seconds(5));
        clock.ActiveTimers.Should().Be(1);
    }

    [Fact]
    public void Advance_JustShortOfDueTime_DoesNotFire()
    {
        var clock = new ManualTimeProvider();
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, Seconds(1), Timeout.InfiniteTimeSpan);

        clock.Advance(Seconds(1) - TimeSpan.FromTicks(1));
        fired.Should().Be(0);
        clock.Advance(TimeSpan.FromTicks(1));
        fired.Should().Be(1);
        clock.Advance(Seconds(100));
        fired.Should().Be(1);
    }

    [Fact]
    public void Advance_PeriodicTimer_FiresOncePerPeriod()
    {
        var clock = new ManualTimeProvider();
        var at = new List<double>();
        using ITimer timer = clock.CreateTimer(_ => at.Add(clock.Elapsed.TotalSeconds), null, Seconds(2), Seconds(3));

        clock.Advance(Seconds(11));
        at.Should().Equal(2, 5, 8, 11);

        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan).Should().BeTrue();
        clock.Advance(Seconds(50));
        at.Should().HaveCount(4);

        timer.Change(Seconds(1), TimeSpan.Zero).Should().BeTrue();
        clock.Advance(Seconds(50));
        at.Should().Equal(2, 5, 8, 11, 62);
    }

    [Fact]
    public void Change_WhileRunning_ReplacesTheDueTime()
    {
        var clock = new ManualTimeProvider();
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, Seconds(1), Timeout.InfiniteTimeSpan);

        timer.Change(Seconds(10), Timeout.InfiniteTimeSpan);
        clock.Advance(Seconds(9));
        fired.Should().Be(0);
        clock.Advance(Seconds(1));
        fired.Should().Be(1);
    }

    [Fact]
    public void CreateTimer_DueNow_FiresAtOnce()
    {
        var clock = new ManualTimeProvider();
        int fired = 0;

        using ITimer timer = clock.CreateTimer(_ => fired++, null, TimeSpan.Zero, Seconds(1));

        fired.Should().Be(1);
        clock.Advance(Seconds(1));
        fired.Should().Be(2);
    }

    [Fact]
    public async Task Dispose_BeforeDue_NeverFires()
    {
        var clock = new ManualTimeProvider();
        int fired = 0;
        ITimer timer = clock.CreateTimer(_ => fired++, null, Seconds(1), Seconds(1));
        ITimer other = clock.CreateTimer(_ => fired++, null, Seconds(1), Seconds(1));

        timer.Dispose();
        timer.Dispose();
        await other.DisposeAsync();
        clock.Advance(Seconds(10));

        fired.Should().Be(0);
        clock.ActiveTimers.Should().Be(0);
        timer.Change(Seconds(1), Seconds(1)).Should().BeFalse();
    }

    [Fact]
    public void Dispose_FromTheCallback_StopsAPeriodicTimer()
    {
        var clock = new ManualTimeProvider();
        int fired = 0;
        ITimer? timer = null;
        timer = clock.CreateTimer(_ => { fired++; timer!.Dispose(); }, null, Seconds(1), Seconds(1));

        clock.Advance(Seconds(10));

        fired.Should().Be(1);
    }

    [Fact]
    public void Advance_FromACallback_AddsUp()
    {
        var clock = new ManualTimeProvider();
        var at = new List<double>();
        using ITimer first = clock.CreateTimer(_ => clock.Advance(Seconds(5)), null, Seconds(1), Timeout.InfiniteTimeSpan);
        using ITimer second = clock.CreateTimer(_ => at.Add(clock.Elapsed.TotalSeconds), null, Seconds(4), Timeout.InfiniteTimeSpan);

        clock.Advance(Seconds(10));

        at.Should().Equal(4);
        clock.Elapsed.Should().Be(Seconds(15));
    }

    [Fact]
    public void Advance_CallbackThrows_ThrowsAndTheNextMoveEndsTheInterruptedOne()
    {
        var clock = new ManualTimeProvider();
        int fired = 0;
        using ITimer bad = clock.CreateTimer(_ => throw new InvalidOperationException("bad timer"), null, Seconds(1), Timeout.InfiniteTimeSpan);
        using ITimer good = clock.CreateTimer(_ => fired++, null, Seconds(2), Timeout.InfiniteTimeSpan);

        Action advance = () => clock.Advance(Seconds(5));

        advance.Should().Throw<InvalidOperationException>().WithMessage("bad timer");
        fired.Should().Be(0);
        clock.Elapsed.Should().Be(Seconds(1), "the move stopped at the bad timer");
        clock.Advance(TimeSpan.Zero);
        fired.Should().Be(1);
        clock.Elapsed.Should().Be(Seconds(5), "the next move ends the one that was cut short");
    }

    [Fact]
    public void Advance_OutOfRange_Throws()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.MaxValue - Seconds(1));

        FluentActions.Invoking(() => clock.Advance(TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => clock.Advance(Seconds(2))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => clock.Advance(TimeSpan.MaxValue)).Should().Throw<ArgumentOutOfRangeException>();
        clock.Advance(Seconds(1));
        clock.GetUtcNow().Should().Be(DateTimeOffset.MaxValue);
    }

    [Fact]
    public void SetUtcNow_Later_PassesTimeAndFires()
    {
        var clock = new ManualTimeProvider(Start);
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, Seconds(30), Timeout.InfiniteTimeSpan);

        clock.SetUtcNow(Start.AddMinutes(1));

        fired.Should().Be(1);
        clock.Elapsed.Should().Be(TimeSpan.FromMinutes(1));
        FluentActions.Invoking(() => clock.SetUtcNow(Start)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*StepWallClock*");
    }

    [Fact]
    public void StepWallClock_Backwards_LeavesTimestampsAndTimersAlone()
    {
        var clock = new ManualTimeProvider(Start);
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, Seconds(30), Timeout.InfiniteTimeSpan);
        long before = clock.GetTimestamp();

        clock.StepWallClock(-TimeSpan.FromHours(2));

        clock.GetUtcNow().Should().Be(Start.AddHours(-2));
        clock.GetTimestamp().Should().Be(before);
        clock.Advance(Seconds(30));
        fired.Should().Be(1);
        FluentActions.Invoking(() => clock.StepWallClock(TimeSpan.MinValue)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => clock.StepWallClock(TimeSpan.MaxValue)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void AutoAdvanceAmount_Set_MovesAfterEachReading()
    {
        var clock = new ManualTimeProvider(Start) { AutoAdvanceAmount = Seconds(1) };
        int fired = 0;
        using ITimer timer = clock.CreateTimer(_ => fired++, null, Seconds(2), Timeout.InfiniteTimeSpan);

        clock.GetUtcNow().Should().Be(Start);
        clock.GetTimestamp().Should().Be(TimeSpan.TicksPerSecond);
        clock.GetUtcNow().Should().Be(Start.AddSeconds(2));
        fired.Should().Be(1);
        FluentActions.Invoking(() => clock.AutoAdvanceAmount = Seconds(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void AdvanceToNextTimer_TimersSet_VisitsEachDueTime()
    {
        var clock = new ManualTimeProvider();
        int fired = 0;
        using ITimer a = clock.CreateTimer(_ => fired++, null, Seconds(7), Timeout.InfiniteTimeSpan);
        using ITimer b = clock.CreateTimer(_ => fired++, null, TimeSpan.FromDays(40), Timeout.InfiniteTimeSpan);

        clock.AdvanceToNextTimer().Should().BeTrue();
        (fired, clock.Elapsed).Should().Be((1, Seconds(7)));
        clock.AdvanceToNextTimer().Should().BeTrue();
        (fired, clock.Elapsed).Should().Be((2, TimeSpan.FromDays(40)));
        clock.AdvanceToNextTimer().Should().BeFalse();
        clock.Elapsed.Should().Be(TimeSpan.FromDays(40));
    }

    [Fact]
    public void CreateTimer_BadArguments_Throws()
    {
        var clock = new ManualTimeProvider();

        FluentActions.Invoking(() => clock.CreateTimer(null!, null, Seconds(1), Seconds(1))).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => clock.CreateTimer(_ => { }, null, Seconds(-2), Seconds(1))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => clock.CreateTimer(_ => { }, null, Seconds(1), TimeSpan.FromDays(50))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void CreateTimer_AmbientData_FlowsToTheCallback()
    {
        var clock = new ManualTimeProvider();
        var ambient = new AsyncLocal<string> { Value = "at creation" };
        string? seen = null;
        using ITimer timer = clock.CreateTimer(_ => seen = ambient.Value, null, Seconds(1), Timeout.InfiniteTimeSpan);
        ambient.Value = "at the move";

        clock.Advance(Seconds(1));

        seen.Should().Be("at creation");
    }

    [Fact]
    public void GetLocalNow_ZoneSet_AnswersInIt()
    {
        var clock = new ManualTimeProvider(Start);
        clock.GetLocalNow().Offset.Should().Be(TimeSpan.Zero);

        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(3), "test", "test"));

        clock.GetLocalNow().Should().Be(Start);
        clock.GetLocalNow().Offset.Should().Be(TimeSpan.FromHours(3));
    }

    [Fact]
    public async Task TaskDelay_OnTheClock_EndsWhenDue()
    {
        var clock = new ManualTimeProvider();
        Task delay = Task.Delay(Seconds(10), clock, CancellationToken.None);
        using var source = new CancellationTokenSource();
        Task cancelled = Task.Delay(Seconds(10), clock, source.Token);

        clock.Advance(Seconds(9));
        delay.IsCompleted.Should().BeFalse();
        await source.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        clock.ActiveTimers.Should().Be(1);
        clock.Advance(Seconds(1));

        await delay.WaitAsync(Seconds(30));
        clock.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void CancellationTokenSource_OnTheClock_CancelsWhenDue()
    {
        var clock = new ManualTimeProvider();
        using var source = new CancellationTokenSource(Seconds(5), clock);

        clock.Advance(Seconds(4));
        source.IsCancellationRequested.Should().BeFalse();
        source.CancelAfter(Seconds(5));
        clock.Advance(Seconds(4));
        source.IsCancellationRequested.Should().BeFalse();
        clock.Advance(Seconds(1));

        source.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public async Task PeriodicTimer_OnTheClock_Ticks()
    {
        var clock = new ManualTimeProvider();
        using var periodic = new PeriodicTimer(Seconds(1), clock);

        for (int i = 0; i < 3; i++)
        {
            ValueTask<bool> tick = periodic.WaitForNextTickAsync();
            tick.IsCompleted.Should().BeFalse();
            clock.Advance(Seconds(1));
            (await tick).Should().BeTrue();
        }
    }

    [Fact]
    public async Task WaitAsync_OnTheClock_TimesOut()
    {
        var clock = new ManualTimeProvider();
        Task waiting = new TaskCompletionSource().Task.WaitAsync(Seconds(3), clock);

        clock.Advance(Seconds(3));

        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<TimeoutException>();
    }

    [Fact]
    public void ManyCancelledTimers_NeverDue_DoNotPileUp()
    {
        var clock = new ManualTimeProvider();
        using ITimer keep = clock.CreateTimer(_ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        for (int i = 0; i < 200_000; i++)
        {
            clock.CreateTimer(static _ => { }, null, TimeSpan.FromDays(2), Timeout.InfiniteTimeSpan).Dispose();
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(1_000_000);
        clock.ActiveTimers.Should().Be(1);
    }

    [Fact]
    public void ToString_Always_IsIso8601() => new ManualTimeProvider(Start).ToString().Should().Be("2024-02-29T12:00:00.0000000+00:00");
}
