using Microsoft.Extensions.Logging;
using Vouch.Execution.Diagnostics;
using Vouch.Resilience.Calls;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Running;

/// <summary>The parts that all runs of an executor share.</summary>
internal sealed record RunServices(
    AcceptancePolicy Acceptance,
    ReputationLedger Reputation,
    ReputationOptions ReputationOptions,
    ReplicationOptions Replication,
    WorkerCallPipeline Calls,
    int MaxHedges,
    TimeSpan AttemptTimeout,
    SemaphoreSlim CheckSlots,
    TimeProvider Time,
    ExecutionMetrics Metrics,
    ILogger Logger);
