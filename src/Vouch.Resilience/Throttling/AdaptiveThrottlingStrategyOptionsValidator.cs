using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Throttling;

[OptionsValidator]
internal sealed partial class AdaptiveThrottlingStrategyOptionsValidator : IValidateOptions<AdaptiveThrottlingStrategyOptions>;
