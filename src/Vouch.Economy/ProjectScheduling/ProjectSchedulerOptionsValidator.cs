using Microsoft.Extensions.Options;

namespace Vouch.Economy.ProjectScheduling;

[OptionsValidator]
internal sealed partial class ProjectSchedulerOptionsValidator : IValidateOptions<ProjectSchedulerOptions>;
