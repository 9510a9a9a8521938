using System.Diagnostics;
using System.Diagnostics.Metrics;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Diagnostics;

/// <summary>The package's instruments.</summary>
internal sealed class ResilienceMetrics : IDisposable
{
    public static readonly ActivitySource Activities = new(ResilienceTelemetry.ActivitySourceName);

    private readonly Meter? _owned;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _hedges;
    private readonly Counter<long> _transitions;

    public ResilienceMetrics(IMeterFactory? factory)
    {
        Meter meter = factory?.Create(ResilienceTelemetry.MeterName) ?? (_owned = new Meter(ResilienceTelemetry.MeterName));
        _attempts = meter.CreateCounter<long>(ResilienceTelemetry.AttemptsInstrument, "{attempt}", "Attempts at calls to workers.");
        _hedges = meter.CreateCounter<long>(ResilienceTelemetry.HedgesInstrument, "{hedge}", "Attempts that were started beside a running one.");
        _transitions = meter.CreateCounter<long>(ResilienceTelemetry.BreakerTransitionsInstrument, "{transition}", "Changes of workers' breakers.");
    }

    public void Attempted(CallAttemptOutcome outcome, ErrorClass? error)
    {
        if (!_attempts.Enabled)
        {
            return;
        }

        var tag = new KeyValuePair<string, object?>(ResilienceTelemetry.OutcomeTag, Name(outcome));
        if (error is { } errorClass)
        {
            _attempts.Add(1, tag, new KeyValuePair<string, object?>(ResilienceTelemetry.ErrorClassTag, Name(errorClass)));
        }
        else
        {
            _attempts.Add(1, tag);
        }
    }

    public void Hedged() => _hedges.Add(1);

    public void BreakerChanged(BreakerState state)
    {
        if (_transitions.Enabled)
        {
            _transitions.Add(1, new KeyValuePair<string, object?>(ResilienceTelemetry.BreakerStateTag, Name(state)));
        }
    }

    public void Dispose() => _owned?.Dispose();

    private static string Name(CallAttemptOutcome outcome) => outcome switch
    {
        CallAttemptOutcome.Succeeded => "succeeded",
        CallAttemptOutcome.Failed => "failed",
        CallAttemptOutcome.TimedOut => "timed_out",
        CallAttemptOutcome.BreakerOpen => "breaker_open",
        CallAttemptOutcome.Outrun => "outrun",
        _ => "cancelled",
    };

    public static string Name(ErrorClass error) => error switch
    {
        ErrorClass.Transient => "transient",
        ErrorClass.Overload => "overload",
        ErrorClass.Permanent => "permanent",
        _ => "cancelled",
    };

    private static string Name(BreakerState state) => state switch
    {
        BreakerState.Closed => "closed",
        BreakerState.Isolated => "isolated",
        BreakerState.HalfOpen => "half_open",
        _ => "open",
    };
}
