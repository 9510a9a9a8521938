using Microsoft.Extensions.Options;

namespace Vouch.Optimizer;

[OptionsValidator]
internal sealed partial class OptimizerOptionsValidator : IValidateOptions<OptimizerOptions>;
