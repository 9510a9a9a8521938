using Microsoft.Extensions.Options;

namespace Vouch.Observability.Sampling;

[OptionsValidator]
internal sealed partial class TraceSamplingOptionsValidator : IValidateOptions<TraceSamplingOptions>;
