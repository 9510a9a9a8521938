namespace Vouch.Resilience.Breakers;

/// <summary>When a <see cref="BreakerCore"/> opens, for how long, and how it comes back. Durations in ticks.</summary>
internal sealed record BreakerRule(
    double FailureRatio,
    int MinimumThroughput,
    long Window,
    long Break,
    long MaxBreak,
    int Probes,
    double SlowRatio,
    long SlowAfter);
