using System.Diagnostics;
using System.Diagnostics.Metrics;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;

namespace Vouch.Execution.Diagnostics;

/// <summary>The instruments of the package; free when nobody listens.</summary>
internal sealed class ExecutionMetrics
{
    public static readonly ActivitySource Source = new(ExecutionTelemetry.ActivitySourceName);

    private readonly Counter<long> _results;
    private readonly Counter<long> _checks;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _suspensions;
    private readonly Counter<long> _jobs;
    private readonly Histogram<double> _error;

    public ExecutionMetrics(IMeterFactory? factory)
    {
        Meter meter = factory?.Create(ExecutionTelemetry.MeterName) ?? new Meter(ExecutionTelemetry.MeterName);
        _results = meter.CreateCounter<long>("vouch.execution.results", "{result}", "Results that were accepted or rejected.");
        _checks = meter.CreateCounter<long>("vouch.execution.checks", "{check}", "Checks of results, by verdict.");
        _failures = meter.CreateCounter<long>("vouch.execution.failed_attempts", "{attempt}", "Attempts that brought no result.");
        _suspensions = meter.CreateCounter<long>("vouch.execution.suspensions", "{worker}", "Workers that were caught and suspended.");
        _jobs = meter.CreateCounter<long>("vouch.execution.jobs", "{job}", "Jobs that ended, by outcome.");
        _error = meter.CreateHistogram<double>(
            "vouch.execution.error_probability",
            "1",
            "The chance that an accepted result is wrong.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1] });
    }

    public void Accepted(double errorProbability)
    {
        if (_results.Enabled)
        {
            _results.Add(1, new KeyValuePair<string, object?>("vouch.execution.outcome", "accepted"));
        }

        _error.Record(errorProbability);
    }

    public void Rejected()
    {
        if (_results.Enabled)
        {
            _results.Add(1, new KeyValuePair<string, object?>("vouch.execution.outcome", "rejected"));
        }
    }

    public void Checked(CheckVerdict verdict)
    {
        if (_checks.Enabled)
        {
            _checks.Add(1, new KeyValuePair<string, object?>("vouch.execution.verdict", verdict switch
            {
                CheckVerdict.Passed => "passed",
                CheckVerdict.Failed => "failed",
                _ => "inconclusive",
            }));
        }
    }

    public void AttemptFailed() => _failures.Add(1);

    public void Suspended() => _suspensions.Add(1);

    public void JobEnded(JobOutcome outcome)
    {
        if (_jobs.Enabled)
        {
            _jobs.Add(1, new KeyValuePair<string, object?>("vouch.execution.outcome", outcome.ToString()));
        }
    }
}
