using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.SlowStart;

namespace Vouch.Resilience.Keys;

/// <summary>Checks the options of strategies when they are added to a pipeline.</summary>
internal static class KeyedStrategyRules
{
    public static void ThrowIfInvalid<TOptions>(TOptions options, IValidateOptions<TOptions> validator)
        where TOptions : KeyedStrategyOptions
    {
        var failures = new List<string>();
        if (validator.Validate(name: null, options) is { Failed: true } result)
        {
            failures.AddRange(result.Failures!);
        }

        switch (options)
        {
            case AdaptiveConcurrencyStrategyOptions limit when limit.MinLimit > limit.InitialLimit || limit.MaxLimit < limit.InitialLimit:
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"InitialLimit ({limit.InitialLimit}) must be in [MinLimit, MaxLimit] = [{limit.MinLimit}, {limit.MaxLimit}]."));
                break;
            case KeyedBreakerStrategyOptions breaker when breaker.MaxBreakDuration < breaker.BreakDuration:
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"MaxBreakDuration ({breaker.MaxBreakDuration:c}) must be at least BreakDuration ({breaker.BreakDuration:c})."));
                break;
            case SlowStartStrategyOptions start when start.FullConcurrency < start.InitialConcurrency:
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"FullConcurrency ({start.FullConcurrency}) must be at least InitialConcurrency ({start.InitialConcurrency})."));
                break;
            default:
                break;
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException(options.Name ?? Options.DefaultName, typeof(TOptions), failures);
        }
    }
}
