using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Consensus;

[OptionsValidator]
internal sealed partial class NumberConsensusOptionsValidator : IValidateOptions<NumberConsensusOptions>;
