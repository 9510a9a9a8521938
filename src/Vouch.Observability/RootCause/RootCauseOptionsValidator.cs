using Microsoft.Extensions.Options;

namespace Vouch.Observability.RootCause;

[OptionsValidator]
internal sealed partial class RootCauseOptionsValidator : IValidateOptions<RootCauseOptions>
{
    public static void ThrowIfInvalid(RootCauseOptions options)
    {
        if (new RootCauseOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(RootCauseOptions), result.Failures!);
        }
    }
}
