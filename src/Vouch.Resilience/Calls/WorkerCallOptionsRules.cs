using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Calls;

/// <summary>The rules that tie two options to each other.</summary>
internal sealed class WorkerCallOptionsRules : IValidateOptions<WorkerCallOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerCallOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        if (options.HedgeAfter >= options.AttemptTimeout)
        {
            failures.Add(Text($"HedgeAfter ({options.HedgeAfter:c}) must be below AttemptTimeout ({options.AttemptTimeout:c}), or null to turn to the next candidate only after a failure."));
        }

        if (options.MaxAttempts <= options.MaxRetries)
        {
            failures.Add(Text($"MaxAttempts ({options.MaxAttempts}) must be above MaxRetries ({options.MaxRetries}): the first attempt counts too."));
        }

        if (options.RetryMaxDelay < options.RetryBaseDelay)
        {
            failures.Add(Text($"RetryMaxDelay ({options.RetryMaxDelay:c}) must be at least RetryBaseDelay ({options.RetryBaseDelay:c})."));
        }

        if (options.BreakerSamplingDuration / 2 < options.AttemptTimeout)
        {
            failures.Add(Text($"BreakerSamplingDuration ({options.BreakerSamplingDuration:c}) must be at least twice AttemptTimeout ({options.AttemptTimeout:c}), or time-outs leave the window before they add up."));
        }

        if (options.IdleTimeout <= options.AttemptTimeout || options.IdleTimeout <= options.BreakerBreakDuration)
        {
            failures.Add(Text($"IdleTimeout ({options.IdleTimeout:c}) must be above AttemptTimeout ({options.AttemptTimeout:c}) and BreakerBreakDuration ({options.BreakerBreakDuration:c}), or breakers are forgotten while they are open."));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Checks options that do not come from a container.</summary>
    public static void ThrowIfInvalid(WorkerCallOptions options)
    {
        ValidateOptionsResult ranges = new WorkerCallOptionsValidator().Validate(name: null, options);
        ValidateOptionsResult rules = new WorkerCallOptionsRules().Validate(name: null, options);
        string[] failures = [.. ranges.Failures ?? [], .. rules.Failures ?? []];
        if (failures.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(WorkerCallOptions), failures);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
