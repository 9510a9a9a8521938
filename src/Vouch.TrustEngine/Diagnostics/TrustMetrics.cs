using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vouch.TrustEngine.Diagnostics;

/// <summary>The package's instruments. Each call asks whether anyone listens before it builds anything.</summary>
internal sealed class TrustMetrics
{
    private readonly Counter<long> _observations;
    private readonly Counter<long> _suspensions;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _appends;
    private readonly Histogram<double> _flushes;

    public TrustMetrics(IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Meter meter = factory.Create(TrustEngineTelemetry.MeterName);
        _observations = meter.CreateCounter<long>(TrustEngineTelemetry.Observations, "{observation}", "Checks recorded in a reputation ledger.");
        _suspensions = meter.CreateCounter<long>(TrustEngineTelemetry.Suspensions, "{worker}", "Workers suspended.");
        _decisions = meter.CreateCounter<long>(TrustEngineTelemetry.Decisions, "{decision}", "Consensus decisions.");
        _appends = meter.CreateCounter<long>(TrustEngineTelemetry.AuditAppends, "{entry}", "Entries appended to an audit log.");
        _flushes = meter.CreateHistogram(
            TrustEngineTelemetry.AuditFlushDuration,
            "s",
            "How long an audit log took to force its entries to the disk.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1] });
    }

    public static ActivitySource Activities { get; } = new(TrustEngineTelemetry.ActivitySourceName);

    public bool TimesFlushes => _flushes.Enabled;

    public void Observed(bool correct)
    {
        if (_observations.Enabled)
        {
            _observations.Add(1, new KeyValuePair<string, object?>(TrustEngineTelemetry.OutcomeAttribute, correct ? "correct" : "wrong"));
        }
    }

    public void Suspended() => _suspensions.Add(1);

    public void Decided(bool promised)
    {
        if (_decisions.Enabled)
        {
            _decisions.Add(1, new KeyValuePair<string, object?>(TrustEngineTelemetry.OutcomeAttribute, promised ? "promised" : "insufficient"));
        }
    }

    public void Appended(long entries) => _appends.Add(entries);

    public void Flushed(TimeSpan duration) => _flushes.Record(duration.TotalSeconds);
}
