using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Defaults;

[OptionsValidator]
internal sealed partial class VouchDefaultsOptionsValidator : IValidateOptions<VouchDefaultsOptions>;
