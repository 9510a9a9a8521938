using Microsoft.Extensions.Options;

namespace Vouch.Observability.Slo;

[OptionsValidator]
internal sealed partial class SloOptionsValidator : IValidateOptions<SloOptions>;
