using Microsoft.Extensions.Options;

namespace Vouch.Observability.Resources;

[OptionsValidator]
internal sealed partial class ResourceMonitorOptionsValidator : IValidateOptions<ResourceMonitorOptions>
{
    public static void ThrowIfInvalid(ResourceMonitorOptions options)
    {
        if (new ResourceMonitorOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(ResourceMonitorOptions), result.Failures!);
        }
    }
}
