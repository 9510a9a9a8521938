using Microsoft.Extensions.Options;

namespace Vouch.Economy.Scheduling;

[OptionsValidator]
internal sealed partial class SchedulerOptionsValidator : IValidateOptions<SchedulerOptions>;
