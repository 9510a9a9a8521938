using Microsoft.Extensions.Options;

namespace Vouch.Observability.Metrics;

[OptionsValidator]
internal sealed partial class MetricRegistryOptionsValidator : IValidateOptions<MetricRegistryOptions>;
