namespace Vouch.Resilience.Breakers;

/// <summary>When a breaker opens and for how long. Breakers live on across a change of options that leaves these alone.</summary>
internal readonly record struct BreakerSettings(double FailureRatio, int MinimumThroughput, TimeSpan SamplingDuration, TimeSpan BreakDuration);
