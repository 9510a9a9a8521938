using Vouch.Core.Validation;

namespace Vouch.Core.Tests.Validation;

public sealed class SingleEntryGuardTests
{
    [Fact]
    public void Enter_WhileInside_ThrowsAndNamesTheSubject()
    {
        var guard = new SingleEntryGuard("The planner");

        using (SingleEntryGuard.Scope entered = guard.Enter())
        {
            guard.IsEntered.Should().BeTrue();
            FluentActions.Invoking(() => guard.Enter()).Should().Throw<InvalidOperationException>().WithMessage("The planner is in use*");
            guard.TryEnter().Should().BeFalse();
        }

        guard.IsEntered.Should().BeFalse();
        guard.TryEnter().Should().BeTrue();
        guard.Exit();
    }

    [Fact]
    public void Exit_NobodyInside_Throws() =>
        FluentActions.Invoking(() => new SingleEntryGuard("x").Exit()).Should().Throw<InvalidOperationException>().WithMessage("*left twice*");

    [Fact]
    public void Enter_BodyThrows_Leaves()
    {
        var guard = new SingleEntryGuard("x");

        FluentActions.Invoking(() =>
        {
            using SingleEntryGuard.Scope entered = guard.Enter();
            throw new FormatException();
        }).Should().Throw<FormatException>();

        guard.IsEntered.Should().BeFalse();
    }

    [Fact]
    public void Scope_Default_LeavesNothing()
    {
        default(SingleEntryGuard.Scope).Dispose();
        var guard = new SingleEntryGuard("x");
        SingleEntryGuard.Scope scope = guard.Enter();

        (scope == default).Should().BeFalse();
        (scope != default).Should().BeTrue();
        scope.Equals((object)scope).Should().BeTrue();
        scope.GetHashCode().Should().Be(scope.GetHashCode());
    }

    [Fact]
    public void Constructor_BlankSubject_Throws() => FluentActions.Invoking(() => new SingleEntryGuard("")).Should().Throw<ArgumentException>();

    [Fact]
    public void Enter_ManyThreads_AreNeverInsideTogether()
    {
        var guard = new SingleEntryGuard("x");
        int inside = 0;
        int together = 0;
        int entered = 0;

        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (guard.TryEnter())
                {
                    if (Interlocked.Increment(ref inside) != 1)
                    {
                        Interlocked.Increment(ref together);
                    }

                    entered++;
                    Interlocked.Decrement(ref inside);
                    guard.Exit();
                }
            }
        });

        together.Should().Be(0);
        entered.Should().BePositive();
    }

    [Fact]
    public void Enter_AllocatesNothing()
    {
        var guard = new SingleEntryGuard("x");

        Allocations.Of(() => guard.Enter().Dispose()).Should().Be(0);
    }
}
