using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Answers;

/// <summary>Units must not be parts of numbers.</summary>
internal sealed class AnswerNormalizerOptionsRules : IValidateOptions<AnswerNormalizerOptions>
{
    public ValidateOptionsResult Validate(string? name, AnswerNormalizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (string unit in options.Units)
        {
            if (string.IsNullOrWhiteSpace(unit) || unit.Any(static at => char.IsDigit(at) || at is '-' or '/'))
            {
                return ValidateOptionsResult.Fail($"{nameof(AnswerNormalizerOptions.Units)} holds '{unit}': a unit is not blank and has no digit, minus sign or slash in it.");
            }
        }

        return ValidateOptionsResult.Success;
    }
}
