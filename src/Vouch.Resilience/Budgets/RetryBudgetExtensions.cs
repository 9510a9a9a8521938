using Polly;
using Polly.Hedging;
using Polly.Retry;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Budgets;

/// <summary>Makes Polly's own retry and hedging pay from a budget.</summary>
public static class RetryBudgetExtensions
{
    /// <summary>Lets a retry strategy handle what the classifier calls transient or overload, as long as the budget pays; successes fill it.</summary>
    /// <typeparam name="TResult">The type of results.</typeparam>
    /// <param name="options">The options of the retry; its <see cref="RetryStrategyOptions{TResult}.ShouldHandle"/> is replaced.</param>
    /// <param name="budget">The budget that all callers share.</param>
    /// <param name="classifier">Classifies outcomes; null for <see cref="OutcomeClassifier"/>.</param>
    /// <returns><paramref name="options"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or <paramref name="budget"/> is null.</exception>
    public static RetryStrategyOptions<TResult> UseBudget<TResult>(
        this RetryStrategyOptions<TResult> options,
        RetryBudget budget,
        Func<OutcomeArguments, Classification>? classifier = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(budget);
        Func<OutcomeArguments, Classification> classify = classifier ?? OutcomeClassifier.Classify;
        options.ShouldHandle = arguments =>
        {
            Outcome<TResult> outcome = arguments.Outcome;
            object? result = typeof(TResult).IsValueType ? null : outcome.Result;
            if (classify(new OutcomeArguments(outcome.Exception, result)).Error is not { } error)
            {
                budget.Deposit();
                return new ValueTask<bool>(false);
            }

            // The last failure is handled too, but nothing follows it: it costs nothing.
            bool isLast = arguments.AttemptNumber >= options.MaxRetryAttempts;
            return new ValueTask<bool>(!isLast && budget.TryWithdraw(error));
        };
        return options;
    }

    /// <summary>Lets a hedging strategy start an attempt beside a running one only where the budget pays; successes fill it.</summary>
    /// <typeparam name="TResult">The type of results.</typeparam>
    /// <param name="options">The options of the hedging; set its <see cref="HedgingStrategyOptions{TResult}.ActionGenerator"/> and <see cref="HedgingStrategyOptions{TResult}.ShouldHandle"/> before.</param>
    /// <param name="budget">The budget that all callers share.</param>
    /// <returns><paramref name="options"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static HedgingStrategyOptions<TResult> UseBudget<TResult>(this HedgingStrategyOptions<TResult> options, RetryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(budget);
        Func<HedgingActionGeneratorArguments<TResult>, Func<ValueTask<Outcome<TResult>>>?> generate = options.ActionGenerator;
        Func<HedgingPredicateArguments<TResult>, ValueTask<bool>> handles = options.ShouldHandle;
        options.ActionGenerator = arguments => budget.TryWithdraw() ? generate(arguments) : null;
        options.ShouldHandle = async arguments =>
        {
            bool handled = await handles(arguments).ConfigureAwait(false);
            if (!handled && arguments.Outcome.Exception is null)
            {
                budget.Deposit();
            }

            return handled;
        };
        return options;
    }
}
