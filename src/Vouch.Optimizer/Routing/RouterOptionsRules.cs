using Microsoft.Extensions.Options;

namespace Vouch.Optimizer.Routing;

internal static class RouterOptionsRules
{
    public static List<string> Failures(RouterOptions options)
    {
        var failures = new List<string>();
        Require(options.Cooldown >= TimeSpan.FromMilliseconds(10) && options.Cooldown <= TimeSpan.FromHours(1), $"Routing: Cooldown is {options.Cooldown}; 10 ms to 1 hour is wanted.");
        Require(options.MaxCooldown >= options.Cooldown && options.MaxCooldown <= TimeSpan.FromDays(1), $"Routing: MaxCooldown is {options.MaxCooldown}; Cooldown ({options.Cooldown}) to 1 day is wanted.");
        Require(options.MaxRetryAfter >= TimeSpan.FromSeconds(1) && options.MaxRetryAfter <= TimeSpan.FromDays(30), $"Routing: MaxRetryAfter is {options.MaxRetryAfter}; 1 second to 30 days is wanted.");
        Require(options.ProbeTimeout >= TimeSpan.FromSeconds(1) && options.ProbeTimeout <= TimeSpan.FromDays(1), $"Routing: ProbeTimeout is {options.ProbeTimeout}; 1 second to 1 day is wanted.");
        Require(options.MaxAttempts is >= 1 and <= 100, $"Routing: MaxAttempts is {options.MaxAttempts}; 1 to 100 is wanted.");
        Require(options.FirstDecision is >= 0 and <= 1L << 62, $"Routing: FirstDecision is {options.FirstDecision}; 0 to 2^62 is wanted.");
        Require(options.AllowedProviders is not null && options.AllowedRegions is not null, "Routing: AllowedProviders and AllowedRegions are lists, empty for all.");
        Require(options.Shadow is { Share: >= 0 and <= 1, CostShare: >= 0 and <= 1, MinimumLabels: >= 10 and <= 2_000, Tenant: not null },
            "Routing: Shadow wants Share and CostShare in [0, 1], MinimumLabels from 10 to 2,000, and a Tenant.");
        return failures;

        void Require(bool holds, string message)
        {
            if (!holds)
            {
                failures.Add(message);
            }
        }
    }

    public static void ThrowIfInvalid(RouterOptions options)
    {
        if (Failures(options) is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(RouterOptions), typeof(RouterOptions), failures);
        }
    }
}
