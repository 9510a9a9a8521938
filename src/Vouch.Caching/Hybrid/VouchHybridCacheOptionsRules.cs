using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Core.Policy;

namespace Vouch.Caching.Hybrid;

[OptionsValidator]
internal sealed partial class VouchHybridCacheOptionsValidator : IValidateOptions<VouchHybridCacheOptions>;

/// <summary>Rules that attributes cannot say.</summary>
internal sealed class VouchHybridCacheOptionsRules : IValidateOptions<VouchHybridCacheOptions>
{
    public ValidateOptionsResult Validate(string? name, VouchHybridCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Coherence is { } coherence && coherence.HeartbeatInterval >= coherence.Lease)
        {
            return ValidateOptionsResult.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"Coherence.HeartbeatInterval ({coherence.HeartbeatInterval:c}) must be below Coherence.Lease ({coherence.Lease:c}), or the lease ends between heartbeats."));
        }

        return options.Policy is null || PolicyDigest.TryParse(options.Policy, out _)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Policy must be null or read \"{PolicyDigest.Prefix}\" and 64 lowercase hexadecimal digits.");
    }

    /// <summary>Requires options to be valid.</summary>
    /// <exception cref="OptionsValidationException">One is not.</exception>
    public static void Require(VouchHybridCacheOptions options)
    {
        ValidateOptionsResult result = new VouchHybridCacheOptionsValidator().Validate(null, options);
        if (!result.Failed)
        {
            result = new VouchHybridCacheOptionsRules().Validate(null, options);
        }

        if (result.Failed)
        {
            throw new OptionsValidationException(nameof(VouchHybridCacheOptions), typeof(VouchHybridCacheOptions), result.Failures);
        }
    }
}
