using Microsoft.Extensions.Options;

namespace Vouch.AspNetCore;

[OptionsValidator]
internal sealed partial class AspNetCoreOptionsValidator : IValidateOptions<AspNetCoreOptions>;
