using Vouch.Resilience.Breakers;
using Vouch.Resilience.Concurrency;

namespace Vouch.Resilience.Admission;

/// <summary>How an <see cref="AdmissionGate"/> decides. Durations in ticks.</summary>
internal sealed record GateRule(
    long AttemptTimeout,
    int MaxAttempts,
    int MaxWaiting,
    long RetryBase,
    long RetryMax,
    BreakerRule Breaker,
    ConcurrencyRule Concurrency)
{
    /// <summary>The share of the back end's time that attempts may waste by outliving their deadline: what sets how much time a call must have left.</summary>
    public const double WastedShare = 0.03;

    /// <summary>After how many attempts older ones count half.</summary>
    public const int ProfileSamples = 200;
}
