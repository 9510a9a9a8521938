using Microsoft.Extensions.Options;

namespace Vouch.Observability.Health;

[OptionsValidator]
internal sealed partial class HealthMonitorOptionsValidator : IValidateOptions<HealthMonitorOptions>
{
    public static void ThrowIfInvalid(HealthMonitorOptions options)
    {
        if (new HealthMonitorOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(HealthMonitorOptions), result.Failures!);
        }
    }
}
