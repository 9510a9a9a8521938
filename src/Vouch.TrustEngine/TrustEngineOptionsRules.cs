using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Consensus;
using Vouch.TrustEngine.Imaging;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine;

/// <summary>Asks every part's own validators.</summary>
internal sealed class TrustEngineOptionsRules : IValidateOptions<TrustEngineOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult[] parts =
        [
            new ConsensusOptionsValidator().Validate(name, options.Consensus),
            new LabelConsensusOptionsValidator().Validate(name, options.Labels),
            new NumberConsensusOptionsValidator().Validate(name, options.Numbers),
            new ReputationOptionsValidator().Validate(name, options.Reputation),
            new AcceptanceOptionsValidator().Validate(name, options.Acceptance),
            new ReplicationOptionsValidator().Validate(name, options.Replication),
            new FrameCheckOptionsValidator().Validate(name, options.Frames),
            new AuditLogOptionsValidator().Validate(name, options.Audit),
        ];
        if (Array.TrueForAll(parts, static part => !part.Failed))
        {
            // Rules that tie options only make sense once each is within its own range.
            parts =
            [
                new ConsensusOptionsRules().Validate(name, options.Consensus),
                new ReputationOptionsRules().Validate(name, options.Reputation),
                new AcceptanceOptionsRules().Validate(name, options.Acceptance),
                new FrameCheckOptionsRules().Validate(name, options.Frames),
                new AuditLogOptionsRules().Validate(name, options.Audit),
            ];
        }

        string[] failures = [.. parts.Where(static part => part.Failed).SelectMany(static part => part.Failures ?? [])];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
