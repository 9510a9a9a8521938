using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Acceptance;

[OptionsValidator]
internal sealed partial class AcceptanceOptionsValidator : IValidateOptions<AcceptanceOptions>;

/// <summary>Rules that tie two options.</summary>
internal sealed class AcceptanceOptionsRules : IValidateOptions<AcceptanceOptions>
{
    public ValidateOptionsResult Validate(string? name, AcceptanceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.MaxReplicas == 1 && options.MaxChecks == 0
            ? ValidateOptionsResult.Fail("With MaxReplicas 1 and MaxChecks 0 nothing can ever be verified: allow at least 2 replicas or 1 check.")
            : ValidateOptionsResult.Success;
    }
}
