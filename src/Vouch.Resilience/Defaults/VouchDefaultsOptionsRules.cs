using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Defaults;

/// <summary>The rules that tie options to each other.</summary>
internal sealed class VouchDefaultsOptionsRules : IValidateOptions<VouchDefaultsOptions>
{
    private const int MaxDestinations = 1000;

    public ValidateOptionsResult Validate(string? name, VouchDefaultsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        if (options.TotalTimeout < options.AttemptTimeout)
        {
            failures.Add(Text($"TotalTimeout ({options.TotalTimeout:c}) must be at least AttemptTimeout ({options.AttemptTimeout:c}): no attempt outlives its call."));
        }

        if (options.RetryMaxDelay < options.RetryBaseDelay)
        {
            failures.Add(Text($"RetryMaxDelay ({options.RetryMaxDelay:c}) must be at least RetryBaseDelay ({options.RetryBaseDelay:c})."));
        }

        if (options.MaxConcurrency < options.InitialConcurrency)
        {
            failures.Add(Text($"MaxConcurrency ({options.MaxConcurrency}) must be at least InitialConcurrency ({options.InitialConcurrency})."));
        }

        if (options.MaxBreakDuration < options.BreakDuration)
        {
            failures.Add(Text($"MaxBreakDuration ({options.MaxBreakDuration:c}) must be at least BreakDuration ({options.BreakDuration:c})."));
        }

        if (options.Destinations is null || options.Destinations.Count > MaxDestinations || options.Destinations.Any(string.IsNullOrEmpty)
            || options.Destinations.Distinct(StringComparer.Ordinal).Count() != options.Destinations.Count)
        {
            failures.Add($"Destinations must be at most {MaxDestinations} different names, none of them empty.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Checks options that do not come from a container.</summary>
    public static void ThrowIfInvalid(VouchDefaultsOptions options)
    {
        ValidateOptionsResult ranges = new VouchDefaultsOptionsValidator().Validate(name: null, options);
        ValidateOptionsResult rules = new VouchDefaultsOptionsRules().Validate(name: null, options);
        string[] failures = [.. ranges.Failures ?? [], .. rules.Failures ?? []];
        if (failures.Length > 0)
        {
            throw new OptionsValidationException(options.Name ?? Options.DefaultName, typeof(VouchDefaultsOptions), failures);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
