using Microsoft.Extensions.Options;

namespace Vouch.Observability.Sampling;

[OptionsValidator]
internal sealed partial class AdaptiveSamplerOptionsValidator : IValidateOptions<AdaptiveSamplerOptions>
{
    public static void ThrowIfInvalid(AdaptiveSamplerOptions options)
    {
        if (new AdaptiveSamplerOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AdaptiveSamplerOptions), result.Failures!);
        }
    }
}
