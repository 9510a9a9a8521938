using Microsoft.Extensions.Options;

namespace Vouch.Observability;

[OptionsValidator]
internal sealed partial class ObservabilityOptionsValidator : IValidateOptions<ObservabilityOptions>;
