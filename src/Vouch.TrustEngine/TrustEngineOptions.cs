using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Consensus;
using Vouch.TrustEngine.Imaging;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine;

/// <summary>The options of everything that <see cref="TrustEngineServiceCollectionExtensions.AddVouchTrust(Microsoft.Extensions.DependencyInjection.IServiceCollection)"/> registers.</summary>
public sealed class TrustEngineOptions
{
    /// <summary>Gets what a consensus is to hold against.</summary>
    public ConsensusOptions Consensus { get; } = new();

    /// <summary>Gets how labels of many items are put together.</summary>
    public LabelConsensusOptions Labels { get; } = new();

    /// <summary>Gets how numbers for many items are put together.</summary>
    public NumberConsensusOptions Numbers { get; } = new();

    /// <summary>Gets what reputations start from, and when a worker is suspended.</summary>
    public ReputationOptions Reputation { get; } = new();

    /// <summary>Gets what acceptance assumes, and how far it goes for one unit.</summary>
    public AcceptanceOptions Acceptance { get; } = new();

    /// <summary>Gets how the risk of a whole job is spread: who is checked by lot, and for how long a catch is remembered.</summary>
    public ReplicationOptions Replication { get; } = new();

    /// <summary>Gets how rendered frames are checked.</summary>
    public FrameCheckOptions Frames { get; } = new();

    /// <summary>Gets how the audit log is kept.</summary>
    public AuditLogOptions Audit { get; } = new();
}
