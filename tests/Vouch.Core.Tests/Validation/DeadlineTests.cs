using Vouch.Core.Validation;
using Vouch.Testing;

namespace Vouch.Core.Tests.Validation;

public sealed class DeadlineTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void After_TimePasses_CountsDownAndPasses()
    {
        var deadline = Deadline.After(_clock, TimeSpan.FromSeconds(10));

        deadline.Remaining.Should().Be(TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(9.5));
        deadline.Remaining.Should().Be(TimeSpan.FromSeconds(0.5));
        deadline.HasPassed.Should().BeFalse();
        deadline.ThrowIfPassed("rendering");
        deadline.ToString().Should().Be("500 ms left");
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        deadline.HasPassed.Should().BeTrue();
        deadline.Remaining.Should().Be(TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(2));
        deadline.Remaining.Should().Be(TimeSpan.Zero);
        FluentActions.Invoking(() => deadline.ThrowIfPassed("verifying tile 12")).Should().Throw<TimeoutException>()
            .WithMessage("The deadline passed 2000 ms ago while verifying tile 12.");
    }

    [Fact]
    public void After_WallClockIsSet_DoesNotMove()
    {
        var deadline = Deadline.After(_clock, TimeSpan.FromSeconds(10));

        _clock.StepWallClock(TimeSpan.FromDays(365));

        deadline.Remaining.Should().Be(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void After_ZeroOrNegative_HasPassedAtOnce()
    {
        Deadline.After(_clock, TimeSpan.Zero).HasPassed.Should().BeTrue();
        Deadline.After(_clock, TimeSpan.FromDays(-1)).HasPassed.Should().BeTrue();
        Deadline.At(_clock, _clock.Start.AddDays(-1)).HasPassed.Should().BeTrue();
    }

    [Fact]
    public void Never_DoesNotPass()
    {
        Deadline never = Deadline.After(_clock, Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromDays(10_000));

        never.Should().Be(Deadline.Never).And.Be(default(Deadline));
        never.IsNever.Should().BeTrue();
        never.HasPassed.Should().BeFalse();
        never.Remaining.Should().Be(TimeSpan.MaxValue);
        never.ThrowIfPassed("waiting");
        never.ToString().Should().Be("never");
        Deadline.After(_clock, TimeSpan.MaxValue).IsNever.Should().BeTrue("no timestamp can hold it");
    }

    [Fact]
    public void At_WallClockTime_FallsThen()
    {
        var deadline = Deadline.At(_clock, _clock.Start.AddHours(1).ToOffset(TimeSpan.FromHours(-8)));

        deadline.Remaining.Should().Be(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Earlier_AndWithin_GiveTheEarlierOne()
    {
        var soon = Deadline.After(_clock, TimeSpan.FromSeconds(1));
        var late = Deadline.After(_clock, TimeSpan.FromSeconds(2));

        soon.Earlier(late).Should().Be(soon);
        late.Earlier(soon).Should().Be(soon);
        soon.Earlier(Deadline.Never).Should().Be(soon);
        Deadline.Never.Earlier(soon).Should().Be(soon);
        Deadline.Never.Earlier(Deadline.Never).IsNever.Should().BeTrue();
        late.Within(_clock, TimeSpan.FromSeconds(1)).Should().Be(soon);
        soon.Within(_clock, TimeSpan.FromMinutes(1)).Should().Be(soon);
        FluentActions.Invoking(() => soon.Earlier(Deadline.After(new ManualTimeProvider(), TimeSpan.FromSeconds(1)))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void After_OtherTimestampFrequency_IsConverted()
    {
        var clock = new SlowClock();
        var deadline = Deadline.After(clock, TimeSpan.FromSeconds(1.5));

        deadline.Remaining.Should().Be(TimeSpan.FromSeconds(1.5));
        clock.Now += 1000;
        deadline.Remaining.Should().Be(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void CreateCancellationSource_DeadlinePasses_Cancels()
    {
        using CancellationTokenSource source = Deadline.After(_clock, TimeSpan.FromSeconds(3)).CreateCancellationSource(CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(2.999));
        source.IsCancellationRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        source.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void CreateCancellationSource_CallerCancels_Cancels()
    {
        foreach (Deadline deadline in (Deadline[])[Deadline.After(_clock, TimeSpan.FromSeconds(3)), Deadline.Never, Deadline.After(_clock, TimeSpan.FromDays(100))])
        {
            using var caller = new CancellationTokenSource();
            using CancellationTokenSource source = deadline.CreateCancellationSource(caller.Token);

            source.IsCancellationRequested.Should().BeFalse();
            caller.Cancel();
            source.IsCancellationRequested.Should().BeTrue();
        }
    }

    [Fact]
    public void CreateCancellationSource_AlreadyOver_IsCancelled()
    {
        using CancellationTokenSource late = Deadline.After(_clock, TimeSpan.Zero).CreateCancellationSource(CancellationToken.None);
        using CancellationTokenSource cancelled = Deadline.After(_clock, TimeSpan.FromSeconds(1)).CreateCancellationSource(new CancellationToken(canceled: true));

        late.IsCancellationRequested.Should().BeTrue();
        cancelled.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void CreateCancellationSource_Disposed_LeavesNoTimerAndNoRegistration()
    {
        using var caller = new CancellationTokenSource();
        CancellationTokenSource source = Deadline.After(_clock, TimeSpan.FromSeconds(3)).CreateCancellationSource(caller.Token);
        CancellationToken token = source.Token;

        source.Dispose();
        caller.Cancel();

        _clock.ActiveTimers.Should().Be(0);
        token.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public void Asking_AllocatesNothing()
    {
        var deadline = Deadline.After(_clock, TimeSpan.FromSeconds(3));

        Allocations.Of(() =>
        {
            Deadline part = deadline.Within(_clock, TimeSpan.FromSeconds(1));
            _ = part.Remaining;
            _ = part.HasPassed;
            part.ThrowIfPassed("working");
        }).Should().Be(0);
    }

    [Fact]
    public void NullClock_Throws()
    {
        FluentActions.Invoking(() => Deadline.After(null!, TimeSpan.Zero)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Deadline.At(null!, default)).Should().Throw<ArgumentNullException>();
    }

    private sealed class SlowClock : TimeProvider
    {
        public long Now { get; set; } = long.MaxValue / 2;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
