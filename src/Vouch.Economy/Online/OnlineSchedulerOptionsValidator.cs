using Microsoft.Extensions.Options;

namespace Vouch.Economy.Online;

[OptionsValidator]
internal sealed partial class OnlineSchedulerOptionsValidator : IValidateOptions<OnlineSchedulerOptions>;
