using Microsoft.Extensions.Options;

namespace Vouch.AnomalyDetection.Diagnostics;

[OptionsValidator]
internal sealed partial class InstrumentWatcherOptionsValidator : IValidateOptions<InstrumentWatcherOptions>;
