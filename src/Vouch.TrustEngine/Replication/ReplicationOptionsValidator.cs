using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Replication;

[OptionsValidator]
internal sealed partial class ReplicationOptionsValidator : IValidateOptions<ReplicationOptions>;
