using Microsoft.Extensions.Options;

namespace Vouch.Observability.Sampling;

[OptionsValidator]
internal sealed partial class TraceCollectorOptionsValidator : IValidateOptions<TraceCollectorOptions>
{
    public static void ThrowIfInvalid(TraceCollectorOptions options)
    {
        if (new TraceCollectorOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TraceCollectorOptions), result.Failures!);
        }
    }
}
