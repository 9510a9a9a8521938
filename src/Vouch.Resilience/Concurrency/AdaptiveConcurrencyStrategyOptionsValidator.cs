using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Concurrency;

[OptionsValidator]
internal sealed partial class AdaptiveConcurrencyStrategyOptionsValidator : IValidateOptions<AdaptiveConcurrencyStrategyOptions>;
