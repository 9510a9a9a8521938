using Vouch.Core.Models;
using Vouch.Execution.Progress;
using Vouch.Observability.Health;
using Vouch.Observability.RootCause;
using Vouch.Observability.Slo;
using Vouch.Observability.Traces;

namespace RenderFarm.Service;

/// <summary>
/// The farm as a service: what it promises itself of its workers' calls (objectives with error budgets), how its workers are, and, afterwards, who is to blame if its second half went
/// otherwise than its first.
/// </summary>
/// <remarks>Called from the run's one flow. It watches and tells; it decides nothing.</remarks>
internal sealed class FarmService : IDisposable
{
    /// <summary>A job lasts a minute, where the published tables of windows are made for a month: the same two windows, in seconds.</summary>
    private static readonly BurnRateAlert[] Alerts = [new(AlertSeverity.Page, TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(4), new Fraction(3, 1))];

    private const string Pool = "pool";

    private readonly SloEngine _engine = new(new SloOptions { Resolution = TimeSpan.FromSeconds(1) });
    private readonly SloTracker _answered;
    private readonly SloTracker _quick;
    private readonly SloTracker _right;
    private readonly HealthMonitor _health;
    private readonly int _workers;
    private readonly HashSet<WorkerId> _lost = [];
    private readonly List<AlertChange> _told = [];

    /// <param name="workers">The workers.</param>
    /// <param name="patience">How long the farm waits for a tile before it asks another worker as well.</param>
    public FarmService(IReadOnlyCollection<WorkerId> workers, TimeSpan patience)
    {
        _workers = workers.Count;
        _answered = _engine.Declare("answered: 95% good over 1h", Alerts);
        _quick = _engine.Declare(FormattableString.Invariant($"in time: 90% < {patience.TotalSeconds:0.###}s over 1h"), Alerts);
        _right = _engine.Declare("accepted: 80% good over 1h", Alerts);
        _health = new HealthMonitor(
        [
            new HealthComponent(Pool) { Expiry = TimeSpan.FromDays(1), BetterAfter = 1 },
            .. workers.Select(static worker => new HealthComponent(worker.Value) { IsCritical = false, Expiry = TimeSpan.FromDays(1) }),
        ]);
        _health.Report(Pool, HealthState.Healthy, $"{_workers} workers");
        _engine.AlertChanged += _told.Add;
    }

    /// <summary>Takes what happened in the run.</summary>
    public void Observe(RunEvent happened)
    {
        switch (happened)
        {
            case { Kind: RunEventKind.Answered, Worker: { } worker }:
                _answered.Record(good: true);
                _quick.Record(happened.Latency ?? TimeSpan.Zero);
                Report(worker, HealthState.Healthy, "answers");
                break;
            case { Kind: RunEventKind.AttemptFailed, Worker: { } worker }:
                _answered.Record(good: false);
                Report(worker, HealthState.Degraded, happened.Text);
                break;
            case { Kind: RunEventKind.CheckFailed, Worker: { } worker }:
                Report(worker, HealthState.Degraded, happened.Text);
                break;
            case { Kind: RunEventKind.Accepted }:
                _right.Record(good: true);
                break;
            case { Kind: RunEventKind.Rejected }:
                _right.Record(good: false);
                break;
            case { Kind: RunEventKind.WorkerSuspended or RunEventKind.WorkerUnresponsive, Worker: { } worker }:
                _lost.Add(worker);
                Report(worker, HealthState.Unhealthy, happened.Text);
                int left = _workers - _lost.Count;
                _health.Report(Pool, 2 * left >= _workers ? HealthState.Healthy : left > 0 ? HealthState.Degraded : HealthState.Unhealthy, $"{left} of {_workers} workers are left");
                break;
            default:
                break;
        }
    }

    /// <summary>Says how it went.</summary>
    /// <param name="events">What happened, with the time since the start.</param>
    public ServiceReview Review(IReadOnlyList<(TimeSpan At, RunEvent Event)> events)
    {
        _engine.Evaluate();
        return new ServiceReview(_engine.Report(), _health.Read(), Compare(events), [.. _told]);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _health.Dispose();
    }

    /// <summary>Compares the second half of the calls with the first: a worker that turned, or whose machine did, is what differs.</summary>
    private static Diagnosis Compare(IReadOnlyList<(TimeSpan At, RunEvent Event)> events)
    {
        SpanTree[] calls = [.. CallTraces.Of(events)];
        return new RootCauseAnalyzer().Diagnose(new TelemetryWindow(calls[..(calls.Length / 2)]), new TelemetryWindow(calls[(calls.Length / 2)..]));
    }

    /// <summary>What a worker that was lost still sends changes nothing.</summary>
    private void Report(WorkerId worker, HealthState state, string description)
    {
        if (state == HealthState.Unhealthy || !_lost.Contains(worker))
        {
            _health.Report(worker.Value, state, description);
        }
    }
}
