using Vouch.Resilience.Admission;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Defaults;

/// <summary>An immutable copy of the options that can change while calls run.</summary>
internal sealed record DefaultsSettings(long TotalTimeout, TimeSpan AttemptTimeout, GateRule Rule, Func<OutcomeArguments, Classification> Classifier)
{
    private const int Probes = 2;
    private const double NoSlowCalls = 2;

    public static DefaultsSettings From(VouchDefaultsOptions options) => new(
        options.TotalTimeout.Ticks,
        options.AttemptTimeout,
        new GateRule(
            options.AttemptTimeout.Ticks,
            options.MaxRetries + 1,
            options.MaxWaiting,
            options.RetryBaseDelay.Ticks,
            options.RetryMaxDelay.Ticks,
            new BreakerRule(
                options.BreakerFailureRatio,
                options.BreakerMinimumThroughput,
                options.BreakerWindow.Ticks,
                options.BreakDuration.Ticks,
                options.MaxBreakDuration.Ticks,
                Probes,
                NoSlowCalls,
                long.MaxValue),
            new ConcurrencyRule(options.InitialConcurrency, 1, options.MaxConcurrency, options.LatencyTolerance)),
        options.Classifier);
}
