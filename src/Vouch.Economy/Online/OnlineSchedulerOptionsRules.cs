using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Economy.Online;

/// <summary>The rules that attributes cannot say.</summary>
internal sealed class OnlineSchedulerOptionsRules : IValidateOptions<OnlineSchedulerOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_653);

    public ValidateOptionsResult Validate(string? name, OnlineSchedulerOptions options)
    {
        if (options.ExpectedUptime < Shortest || options.ExpectedUptime > Longest)
        {
            return ValidateOptionsResult.Fail(string.Create(
                CultureInfo.InvariantCulture, $"ExpectedUptime is {options.ExpectedUptime}; it must lie in [{Shortest}, {Longest}]."));
        }

        foreach ((string option, TimeSpan cost) in new[] { (nameof(options.CheckpointCost), options.CheckpointCost), (nameof(options.RestartCost), options.RestartCost) })
        {
            if (cost < TimeSpan.Zero || cost > TimeSpan.FromDays(1))
            {
                return ValidateOptionsResult.Fail(string.Create(CultureInfo.InvariantCulture, $"{option} is {cost}; it must lie in [00:00:00, 1.00:00:00]."));
            }
        }

        if (options.CheckpointEvery is { } every && (every < TimeSpan.FromSeconds(1) || every > Longest))
        {
            return ValidateOptionsResult.Fail(string.Create(CultureInfo.InvariantCulture, $"CheckpointEvery is {every}; it must lie in [00:00:01, {Longest}], or be null."));
        }

        return ValidateOptionsResult.Success;
    }

    /// <summary>Applies attributes and rules to options that no container has checked.</summary>
    public static OnlineSchedulerOptions Require(OnlineSchedulerOptions options)
    {
        ValidateOptionsResult attributes = new OnlineSchedulerOptionsValidator().Validate(null, options);
        ValidateOptionsResult rules = new OnlineSchedulerOptionsRules().Validate(null, options);
        if (attributes.Failed || rules.Failed)
        {
            throw new OptionsValidationException(
                nameof(OnlineSchedulerOptions), typeof(OnlineSchedulerOptions), (attributes.Failures ?? []).Concat(rules.Failures ?? []));
        }

        return options;
    }
}
