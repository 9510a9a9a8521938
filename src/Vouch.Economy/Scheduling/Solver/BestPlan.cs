namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Remembers the best state of a plan that goes on changing: copies only the jobs that changed since.</summary>
internal sealed class BestPlan
{
    private readonly SlotPlan _plan;
    private readonly int[] _touched;
    private readonly bool[] _isTouched;
    private readonly RunStore _store;
    private int _count;

    public BestPlan(SlotPlan plan, double value)
    {
        _plan = plan;
        _touched = new int[plan.Model.JobCount];
        _isTouched = new bool[plan.Model.JobCount];
        _store = new RunStore(plan);
        Value = value;
    }

    public double Value { get; private set; }

    /// <summary>Says that a job may stand elsewhere now.</summary>
    public void Touch(int job)
    {
        if (!_isTouched[job])
        {
            _isTouched[job] = true;
            _touched[_count++] = job;
        }
    }

    /// <summary>Makes the plan as it stands the best one.</summary>
    public void Take(double value)
    {
        for (int i = 0; i < _count; i++)
        {
            _store.Save(_touched[i]);
            _isTouched[_touched[i]] = false;
        }

        _count = 0;
        Value = value;
    }

    /// <summary>Puts the plan back to the best state.</summary>
    public void Restore()
    {
        for (int i = 0; i < _count; i++)
        {
            if (_plan.IsPlaced(_touched[i]))
            {
                _plan.Remove(_touched[i]);
            }
        }

        for (int i = 0; i < _count; i++)
        {
            _store.Load(_touched[i]);
            _isTouched[_touched[i]] = false;
        }

        _count = 0;
    }
}
