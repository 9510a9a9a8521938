using Polly;

namespace Vouch.Resilience;

/// <summary>What Polly has to know of a strategy's options: its name, for telemetry. The options themselves were validated before.</summary>
internal sealed class StrategyName : ResilienceStrategyOptions
{
    public StrategyName(string? name) => Name = name;
}
