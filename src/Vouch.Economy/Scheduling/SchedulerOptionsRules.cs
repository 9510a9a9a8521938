using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Economy.Scheduling;

/// <summary>The rules that attributes cannot say.</summary>
internal sealed class SchedulerOptionsRules : IValidateOptions<SchedulerOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, SchedulerOptions options)
    {
        if (options.TimeBudget is { } budget && (budget < Shortest || budget > Longest))
        {
            return ValidateOptionsResult.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"TimeBudget is {budget}; it must lie in [{Shortest}, {Longest}], or be null for no limit."));
        }

        return ValidateOptionsResult.Success;
    }

    /// <summary>Applies attributes and rules to options that no container has checked.</summary>
    public static SchedulerOptions Require(SchedulerOptions options)
    {
        ValidateOptionsResult attributes = new SchedulerOptionsValidator().Validate(null, options);
        ValidateOptionsResult rules = new SchedulerOptionsRules().Validate(null, options);
        if (attributes.Failed || rules.Failed)
        {
            throw new OptionsValidationException(nameof(SchedulerOptions), typeof(SchedulerOptions), (attributes.Failures ?? []).Concat(rules.Failures ?? []));
        }

        return options;
    }
}
