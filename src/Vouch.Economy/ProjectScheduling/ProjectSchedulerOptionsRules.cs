using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>The rules that attributes cannot say.</summary>
internal sealed class ProjectSchedulerOptionsRules : IValidateOptions<ProjectSchedulerOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ProjectSchedulerOptions options)
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
    public static ProjectSchedulerOptions Require(ProjectSchedulerOptions options)
    {
        ValidateOptionsResult attributes = new ProjectSchedulerOptionsValidator().Validate(null, options);
        ValidateOptionsResult rules = new ProjectSchedulerOptionsRules().Validate(null, options);
        if (attributes.Failed || rules.Failed)
        {
            throw new OptionsValidationException(
                nameof(ProjectSchedulerOptions), typeof(ProjectSchedulerOptions), (attributes.Failures ?? []).Concat(rules.Failures ?? []));
        }

        return options;
    }
}
