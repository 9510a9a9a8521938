using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Consensus;

[OptionsValidator]
internal sealed partial class LabelConsensusOptionsValidator : IValidateOptions<LabelConsensusOptions>;
