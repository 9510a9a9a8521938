using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Answers;

[OptionsValidator]
internal sealed partial class AnswerNormalizerOptionsValidator : IValidateOptions<AnswerNormalizerOptions>;
