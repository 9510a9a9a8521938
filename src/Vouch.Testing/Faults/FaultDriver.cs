using Vouch.Testing.Simulations;

namespace Vouch.Testing.Faults;

/// <summary>Begins and ends the faults of a run at their times.</summary>
internal sealed class FaultDriver(Simulation simulation, FaultSchedule schedule)
{
    private static readonly TimeSpan CascadeStep = TimeSpan.FromMilliseconds(250);

    private readonly List<IFaultTarget> _targets = [];
    private readonly TaskCompletionSource _allOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Occurrence> _early = [];
    private int _pending = 1;

    /// <summary>Ends when no fault is under way or to come.</summary>
    public Task AllOver => _allOver.Task;

    public int TargetCount => _targets.Count;

    public void AddTarget(IFaultTarget target) => _targets.Add(target);

    public void Begin()
    {
        foreach (Fault fault in schedule)
        {
            Add(fault);
        }

        Done();
    }

    public void Add(Fault fault)
    {
        _pending++;
        var occurrence = new Occurrence(this, fault);
        occurrence.AddDue(fault.Start);
        if (fault.Start.Ticks <= simulation.NowTicks)
        {
            _early.Add(occurrence);
        }
    }

    /// <summary>Begins faults whose time has come before this step ends: the first call of a run must not slip through under a fault that begins at zero.</summary>
    public void StrikeDue()
    {
        if (_early.Count > 0)
        {
            Occurrence[] due = [.. _early];
            _early.Clear();
            foreach (Occurrence occurrence in due)
            {
                occurrence.StrikeEarly();
            }
        }
    }

    private void Strike(Fault fault, List<(IFaultTarget Target, Fault Fault)> struck)
    {
        if (_targets.Count == 0)
        {
            return;
        }

        if (fault.Kind == FaultKind.Cascade)
        {
            int fallen = (int)Math.Ceiling(fault.Intensity * _targets.Count);
            for (int i = 0; i < fallen; i++)
            {
                TimeSpan start = fault.Start + (i * CascadeStep);
                if (start < fault.End)
                {
                    Add(new Fault(FaultKind.Crash, (Math.Max(0, fault.Worker) + i) % _targets.Count, start, fault.End - start));
                }
            }
        }
        else if (fault.Worker == Fault.AllWorkers)
        {
            struck.AddRange(_targets.Select(target => (target, fault)));
        }
        else
        {
            struck.Add((_targets[fault.Worker % _targets.Count], fault));
        }

        foreach ((IFaultTarget target, Fault each) in struck)
        {
            target.Strike(each);
        }
    }

    private void Done()
    {
        if (--_pending == 0)
        {
            _allOver.TrySetResult();
        }
    }

    private sealed class Occurrence(FaultDriver driver, Fault fault) : IDue
    {
        private readonly List<(IFaultTarget Target, Fault Fault)> _struck = [];
        private bool _begun;
        private long _order;

        public void AddDue(TimeSpan at) => _order = driver.AddDue(this, at);

        public void StrikeEarly()
        {
            if (!_begun)
            {
                Happen(_order);
            }
        }

        public bool IsLive(long order) => order == _order;

        public void Happen(long order)
        {
            if (!_begun)
            {
                _begun = true;
                driver.Strike(fault, _struck);
                AddDue(LastsPart ? PartEnd : fault.End);
            }
            else
            {
                foreach ((IFaultTarget target, Fault each) in _struck)
                {
                    target.Lift(each);
                }

                driver.Done();
            }
        }

        // Kinds whose intensity is a share of the duration are over before the fault is; what comes after is calm.
        private bool LastsPart => fault.Kind is FaultKind.Crash or FaultKind.LostRequests or FaultKind.LostAnswers;

        private TimeSpan PartEnd => fault.Start + (fault.Duration * fault.Intensity);
    }

    private long AddDue(Occurrence occurrence, TimeSpan at) => simulation.AddDue(at.Ticks, occurrence);
}
