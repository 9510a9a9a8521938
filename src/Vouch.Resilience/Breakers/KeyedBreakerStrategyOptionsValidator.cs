using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Breakers;

[OptionsValidator]
internal sealed partial class KeyedBreakerStrategyOptionsValidator : IValidateOptions<KeyedBreakerStrategyOptions>;
