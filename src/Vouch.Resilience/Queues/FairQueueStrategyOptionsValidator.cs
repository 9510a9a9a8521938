using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Queues;

[OptionsValidator]
internal sealed partial class FairQueueStrategyOptionsValidator : IValidateOptions<FairQueueStrategyOptions>
{
    public static void ThrowIfInvalid(FairQueueStrategyOptions options)
    {
        if (new FairQueueStrategyOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(options.Name ?? Options.DefaultName, typeof(FairQueueStrategyOptions), result.Failures);
        }
    }
}
