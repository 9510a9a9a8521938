using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Bulkheads;

[OptionsValidator]
internal sealed partial class BulkheadStrategyOptionsValidator : IValidateOptions<BulkheadStrategyOptions>;
