using Microsoft.Extensions.Options;

namespace Vouch.AnomalyDetection.Streaming;

[OptionsValidator]
internal sealed partial class DetectorOptionsValidator : IValidateOptions<DetectorOptions>;
