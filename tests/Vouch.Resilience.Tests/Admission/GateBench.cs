using Vouch.Resilience.Admission;
using Vouch.Resilience.Budgets;
using Vouch.Resilience.Defaults;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Tests.Admission;

/// <summary>A gate before one back end that serves every call in the same time, with events in virtual time.</summary>
internal sealed class GateBench
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private long _order;

    public GateBench(Action<VouchDefaultsOptions>? configure = null, int destinations = 1)
    {
        var options = new VouchDefaultsOptions { TotalTimeout = TimeSpan.FromSeconds(3), AttemptTimeout = TimeSpan.FromSeconds(1) };
        configure?.Invoke(options);
        Total = options.TotalTimeout.Ticks;
        Gate = new AdmissionGate(DefaultsSettings.From(options).Rule, destinations, new RetryBudget(options.RetryBudget), seed: 1);
    }

    public AdmissionGate Gate { get; }

    public long Total { get; }

    public long Now { get; private set; } = TimeSpan.TicksPerHour;

    public long Service { get; set; } = TimeSpan.TicksPerSecond / 10;

    public void At(double seconds, Action what) => _events.Enqueue(what, (TimeSpan.TicksPerHour + (long)(seconds * TimeSpan.TicksPerSecond), _order++));

    public void After(long ticks, Action what) => _events.Enqueue(what, (Now + ticks, _order++));

    public Visit Send(string tenant = "", int priority = 4)
    {
        var visit = new Visit(this) { Deadline = Now + Total, Tenant = tenant, Priority = priority };
        visit.Enter();
        return visit;
    }

    public void Run()
    {
        while (_events.TryDequeue(out Action? what, out (long Time, long Order) when))
        {
            Now = Math.Max(Now, when.Time);
            what();
            if (Gate.TryTakeWake(out long wake))
            {
                _events.Enqueue(() => Gate.Wake(Now), (Math.Max(wake, Now), _order++));
            }
        }
    }

    internal sealed class Visit(GateBench bench) : GuardedCall
    {
        public bool? Served { get; private set; }

        public void Enter()
        {
            if (bench.Gate.TryEnter(this, bench.Now))
            {
                OnAdmitted();
            }
            else if (Refusal != RefusalReason.None)
            {
                Served = false;
            }
        }

        public override void OnAdmitted() => bench.After(bench.Service, () =>
        {
            bench.Gate.Exit(this, bench.Now, error: null);
            Served = bench.Now <= Deadline;
        });

        public override void OnRefused() => Served = false;

        public override void OnStopped(object? attempt)
        {
        }

        public override object? OnStopping() => null;
    }
}
