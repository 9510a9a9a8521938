using Microsoft.Extensions.Logging;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Calls;

/// <summary>What all attempts of one call share.</summary>
/// <param name="Settings">The options the call began with.</param>
/// <param name="Time">The pipeline's clock.</param>
/// <param name="Start">The timestamp of the call's start.</param>
/// <param name="Metrics">The instruments.</param>
/// <param name="Logger">The log.</param>
/// <param name="Caller">The caller's token.</param>
internal readonly record struct CallContext(
    CallSettings Settings,
    TimeProvider Time,
    long Start,
    ResilienceMetrics Metrics,
    ILogger Logger,
    CancellationToken Caller);
