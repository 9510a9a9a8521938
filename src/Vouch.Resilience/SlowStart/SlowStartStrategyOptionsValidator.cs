using Microsoft.Extensions.Options;

namespace Vouch.Resilience.SlowStart;

[OptionsValidator]
internal sealed partial class SlowStartStrategyOptionsValidator : IValidateOptions<SlowStartStrategyOptions>;
