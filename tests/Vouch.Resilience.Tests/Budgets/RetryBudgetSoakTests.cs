using Vouch.Resilience.Budgets;

namespace Vouch.Resilience.Tests.Budgets;

public class RetryBudgetSoakTests
{
    [Fact]
    public void TryWithdraw_ManyThreads_NeverGrantsMoreThanWasPaidIn()
    {
        int rounds = 250_000 * Soak.Scale;
        var budget = new RetryBudget(new RetryBudgetOptions { Capacity = 1_000_000, PerSuccess = 0.1 });
        while (budget.TryWithdraw())
        {
        }

        long granted = 0;
        Parallel.For(0, 4, _ =>
        {
            long mine = 0;
            for (int i = 0; i < rounds; i++)
            {
                budget.Deposit();
                mine += budget.TryWithdraw() ? 1 : 0;
            }

            Interlocked.Add(ref granted, mine);
        });

        ((granted * 1000) + (long)Math.Round(budget.Balance * 1000)).Should().Be(4L * rounds * 100);
    }
}
