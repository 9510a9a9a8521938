using Microsoft.Extensions.Options;

namespace Vouch.Observability.Events;

[OptionsValidator]
internal sealed partial class EventLogOptionsValidator : IValidateOptions<EventLogOptions>
{
    public static void ThrowIfInvalid(EventLogOptions options)
    {
        if (new EventLogOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(EventLogOptions), result.Failures!);
        }
    }
}
