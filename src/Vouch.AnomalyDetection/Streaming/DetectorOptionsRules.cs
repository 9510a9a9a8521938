using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>The rules that attributes cannot say.</summary>
internal sealed class DetectorOptionsRules : IValidateOptions<DetectorOptions>
{
    public ValidateOptionsResult Validate(string? name, DetectorOptions options)
    {
        for (int i = 0; i < options.Maintenance.Count; i++)
        {
            MaintenanceWindow window = options.Maintenance[i];
            if (window.Duration <= TimeSpan.Zero || window.Duration > TimeSpan.FromDays(7))
            {
                return ValidateOptionsResult.Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Maintenance[{i}].Duration is {window.Duration}; it must lie in (0, 7 days]."));
            }
        }

        return ValidateOptionsResult.Success;
    }

    /// <summary>Applies attributes and rules to options that no container has checked.</summary>
    public static DetectorOptions Require(DetectorOptions options)
    {
        ValidateOptionsResult attributes = new DetectorOptionsValidator().Validate(null, options);
        ValidateOptionsResult rules = new DetectorOptionsRules().Validate(null, options);
        if (attributes.Failed || rules.Failed)
        {
            throw new OptionsValidationException(nameof(DetectorOptions), typeof(DetectorOptions), (attributes.Failures ?? []).Concat(rules.Failures ?? []));
        }

        return options;
    }
}
