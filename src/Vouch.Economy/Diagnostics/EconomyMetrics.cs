using System.Diagnostics.Metrics;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Diagnostics;

/// <summary>The instruments of the package.</summary>
internal sealed class EconomyMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _jobs;
    private readonly Histogram<double> _gap;

    public EconomyMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(EconomyTelemetry.MeterName);
        _duration = meter.CreateHistogram(
            "vouch.economy.solve.duration",
            unit: "s",
            description: "Time to make one schedule.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60] });
        _jobs = meter.CreateCounter<long>("vouch.economy.jobs", unit: "{job}", description: "Jobs placed or rejected.");
        _gap = meter.CreateHistogram(
            "vouch.economy.schedule.gap",
            unit: "1",
            description: "Distance of the cost from the proven lower bound, as a fraction of the bound.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1] });
    }

    public void Solved(double seconds, Schedule schedule)
    {
        if (_duration.Enabled)
        {
            _duration.Record(seconds);
        }

        if (_jobs.Enabled)
        {
            _jobs.Add(schedule.Assignments.Count, new KeyValuePair<string, object?>("vouch.economy.outcome", "placed"));
            _jobs.Add(schedule.Rejections.Count, new KeyValuePair<string, object?>("vouch.economy.outcome", "rejected"));
        }

        if (_gap.Enabled && double.IsFinite(schedule.Gap))
        {
            _gap.Record(schedule.Gap);
        }
    }

    public void Refused(double seconds, string constraint)
    {
        if (_duration.Enabled)
        {
            _duration.Record(seconds, new KeyValuePair<string, object?>("error.type", constraint));
        }
    }
}
