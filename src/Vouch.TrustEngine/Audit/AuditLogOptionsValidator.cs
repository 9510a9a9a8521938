using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Audit;

[OptionsValidator]
internal sealed partial class AuditLogOptionsValidator : IValidateOptions<AuditLogOptions>;

/// <summary>Rules that attributes cannot say.</summary>
internal sealed class AuditLogOptionsRules : IValidateOptions<AuditLogOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Checkpoint.IsOrigin(options.Origin)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Origin is one line of 1 to 200 characters without control characters, such as 'example.com/audit'.");
    }
}
