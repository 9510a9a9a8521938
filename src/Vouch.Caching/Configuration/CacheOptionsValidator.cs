using Microsoft.Extensions.Options;

namespace Vouch.Caching.Configuration;

[OptionsValidator]
internal sealed partial class CacheOptionsValidator : IValidateOptions<CacheOptions>;
