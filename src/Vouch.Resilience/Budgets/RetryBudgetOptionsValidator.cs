using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Budgets;

[OptionsValidator]
internal sealed partial class RetryBudgetOptionsValidator : IValidateOptions<RetryBudgetOptions>
{
    public static void ThrowIfInvalid(RetryBudgetOptions options)
    {
        if (new RetryBudgetOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(RetryBudgetOptions), result.Failures!);
        }
    }
}
