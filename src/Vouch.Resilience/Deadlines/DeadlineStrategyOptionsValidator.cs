using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Deadlines;

[OptionsValidator]
internal sealed partial class DeadlineStrategyOptionsValidator : IValidateOptions<DeadlineStrategyOptions>
{
    public static void ThrowIfInvalid(DeadlineStrategyOptions options)
    {
        var failures = new List<string>(new DeadlineStrategyOptionsValidator().Validate(name: null, options).Failures ?? []);
        if (options.LeastForAttempt >= options.TotalTimeout)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"LeastForAttempt ({options.LeastForAttempt:c}) must be less than TotalTimeout ({options.TotalTimeout:c})."));
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException(options.Name ?? Options.DefaultName, typeof(DeadlineStrategyOptions), failures);
        }
    }
}
