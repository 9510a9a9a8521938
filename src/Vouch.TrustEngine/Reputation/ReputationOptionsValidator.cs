using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Reputation;

[OptionsValidator]
internal sealed partial class ReputationOptionsValidator : IValidateOptions<ReputationOptions>;

/// <summary>Rules that tie two options.</summary>
internal sealed class ReputationOptionsRules : IValidateOptions<ReputationOptions>
{
    public ValidateOptionsResult Validate(string? name, ReputationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        double newcomer = options.PriorWrong / (options.PriorWrong + options.PriorCorrect);
        return newcomer < options.ToleratedErrorRate
            ? ValidateOptionsResult.Fail(FormattableString.Invariant(
                $"PriorWrong {options.PriorWrong} beside PriorCorrect {options.PriorCorrect} trusts a newcomer more ({newcomer:G3} wrong) than ToleratedErrorRate {options.ToleratedErrorRate} does an honest worker: raise PriorWrong or lower PriorCorrect."))
            : ValidateOptionsResult.Success;
    }
}
