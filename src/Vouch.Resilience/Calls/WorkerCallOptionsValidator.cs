using Microsoft.Extensions.Options;

namespace Vouch.Resilience.Calls;

[OptionsValidator]
internal sealed partial class WorkerCallOptionsValidator : IValidateOptions<WorkerCallOptions>;
