using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Caching.Policies;

namespace Vouch.Caching.Configuration;

/// <summary>The rules that tie two options to each other.</summary>
internal sealed class CacheOptionsRules : IValidateOptions<CacheOptions>
{
    public ValidateOptionsResult Validate(string? name, CacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        if (options.SoftTimeout >= options.HardTimeout)
        {
            failures.Add(Text($"SoftTimeout ({options.SoftTimeout:c}) must be below HardTimeout ({options.HardTimeout:c}), or null."));
        }

        if (options.SoftTimeout is not null && options.FailSafe == TimeSpan.Zero)
        {
            failures.Add(Text($"SoftTimeout ({options.SoftTimeout:c}) needs a value to return instead: set FailSafe above zero, or use HardTimeout."));
        }

        if (options.RefreshAhead > TimeSpan.Zero && options.RefreshAhead >= (options.TimeToLive ?? TimeSpan.MaxValue))
        {
            failures.Add(Text($"RefreshAhead ({options.RefreshAhead:c}) must be below TimeToLive ({options.TimeToLive:c}), or every read makes its value anew."));
        }

        if (options.Policy is { } policy && !EvictionPolicies.Names.Contains(policy, StringComparer.OrdinalIgnoreCase))
        {
            failures.Add(Text($"Policy ('{policy}') must be one of {string.Join(", ", EvictionPolicies.Names)}, or null."));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Throws where an option is out of range, as the host does at start.</summary>
    public static void Require(CacheOptions options)
    {
        string[] failures =
        [
            .. new CacheOptionsValidator().Validate(null, options).Failures ?? [],
            .. new CacheOptionsRules().Validate(null, options).Failures ?? [],
        ];
        if (failures.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(CacheOptions), failures);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
