using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Vouch.Resilience.Budgets;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Tests.Budgets;

public class RetryBudgetTests
{
    [Fact]
    public void TryWithdraw_FastErrors_AreFree()
    {
        var budget = new RetryBudget(new RetryBudgetOptions { Capacity = 0 });

        budget.TryWithdraw(ErrorClass.Transient).Should().BeTrue();
        budget.TryWithdraw(ErrorClass.Overload).Should().BeFalse();
        budget.TryWithdraw(ErrorClass.Permanent).Should().BeFalse();
        budget.TryWithdraw(ErrorClass.Cancelled).Should().BeFalse();
    }

    [Fact]
    public void TryWithdraw_Overload_GrantsTheCapacityAndATenthOfTheSuccesses()
    {
        var budget = new RetryBudget(new RetryBudgetOptions { Capacity = 5, PerSuccess = 0.1 });
        int granted = Enumerable.Range(0, 20).Count(_ => budget.TryWithdraw(ErrorClass.Overload));
        for (int i = 0; i < 30; i++)
        {
            budget.Deposit();
        }

        granted += Enumerable.Range(0, 20).Count(_ => budget.TryWithdraw(ErrorClass.Overload));

        granted.Should().Be(5 + 3);
    }

    [Fact]
    public void Deposit_FullBudget_SavesNoMoreThanItsCapacity()
    {
        var budget = new RetryBudget();
        for (int i = 0; i < 1000; i++)
        {
            budget.Deposit();
        }

        budget.Balance.Should().Be(10);
    }

    [Fact]
    public void Constructor_OptionOutOfRange_Throws() =>
        FluentActions.Invoking(static () => new RetryBudget(new RetryBudgetOptions { PerSuccess = -1 })).Should().Throw<OptionsValidationException>().WithMessage("*PerSuccess*");

    [Fact]
    public async Task UseBudget_PollysRetry_StopsWhenTheBudgetIsEmpty()
    {
        var budget = new RetryBudget(new RetryBudgetOptions { Capacity = 2 });
        ResiliencePipeline<int> pipeline = new ResiliencePipelineBuilder<int>()
            .AddRetry(new RetryStrategyOptions<int> { MaxRetryAttempts = 10, Delay = TimeSpan.Zero }.UseBudget(budget))
            .Build();
        int attempts = 0;

        await FluentActions.Awaiting(async () => await pipeline.ExecuteAsync<int>(_ =>
        {
            attempts++;
            throw new OverloadException();
        })).Should().ThrowAsync<OverloadException>();

        attempts.Should().Be(3);
    }
}
