using Vouch.Core.Exceptions;
using Vouch.Core.Validation;

namespace Vouch.Core.Tests.Validation;

public sealed class CostBudgetTests
{
    [Fact]
    public void ReserveAndSettle_KeepTheBooks()
    {
        var budget = new CostBudget(10m);

        budget.TryReserve(6m).Should().BeTrue();
        budget.TryReserve(5m).Should().BeFalse();
        budget.TryReserve(4m).Should().BeTrue();
        budget.Settle(6m, 2.5m);
        budget.Release(4m);

        (budget.Reserved, budget.Spent, budget.Available, budget.Overrun).Should().Be((0m, 2.5m, 7.5m, 0m));
    }

    [Fact]
    public void Settle_DearerThanReserved_ShowsTheOverrunAndAdmitsNothingMore()
    {
        var budget = new CostBudget(1m);
        budget.Reserve(1m);

        budget.Settle(1m, 1.25m);

        (budget.Spent, budget.Overrun, budget.Available).Should().Be((1.25m, 0.25m, 0m));
        budget.TryReserve(0.01m).Should().BeFalse();
        budget.TryReserve(0m).Should().BeFalse("the limit is exceeded already");
    }

    [Fact]
    public void Reserve_TooMuch_ThrowsWithTheFigures()
    {
        var budget = new CostBudget(2m);
        budget.Reserve(0.5m);

        ResourceAllocationException refused = FluentActions.Invoking(() => budget.Reserve(1.75m)).Should().Throw<ResourceAllocationException>().Which;

        (refused.Resource, refused.Requested, refused.Available).Should().Be(("cost", 1.75, 1.5));
        budget.Reserved.Should().Be(0.5m);
    }

    [Fact]
    public void Reserve_ManySmallSums_AreExact()
    {
        var budget = new CostBudget(0.3m);

        budget.TryReserve(0.1m).Should().BeTrue();
        budget.TryReserve(0.1m).Should().BeTrue();
        budget.TryReserve(0.1m).Should().BeTrue("decimals add without rounding, where doubles give 0.30000000000000004");
        budget.TryReserve(0.0000000001m).Should().BeFalse();
    }

    [Fact]
    public void BadArguments_Throw()
    {
        var budget = new CostBudget(1m);
        budget.Reserve(0.5m);

        FluentActions.Invoking(() => new CostBudget(-1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => budget.TryReserve(-1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => budget.Settle(-1, 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => budget.Settle(0, -1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => budget.Settle(0.6m, 0)).Should().Throw<InvalidOperationException>().WithMessage("*settled twice*");
        FluentActions.Invoking(() => new CostBudget(decimal.MaxValue).TryReserve(decimal.MaxValue)).Should().NotThrow();
    }

    [Fact]
    public void TryReserve_ManyThreads_NeverGoesOver()
    {
        var budget = new CostBudget(100m);
        int admitted = 0;

        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                if (budget.TryReserve(0.07m))
                {
                    Interlocked.Increment(ref admitted);
                    budget.Settle(0.07m, 0.07m);
                }
            }
        });

        // 100 / 0.07 = 1428.57: no more than 1428 fit, and 8000 were asked for.
        admitted.Should().Be(1428);
        budget.Spent.Should().Be(99.96m);
        budget.Reserved.Should().Be(0m);
    }

    [Fact]
    public void ReserveAndSettle_AllocateNothing()
    {
        var budget = new CostBudget(1000m);

        Allocations.Of(() =>
        {
            budget.Reserve(1m);
            budget.Settle(1m, 0.01m);
        }).Should().Be(0);
    }
}
