namespace Vouch.Economy.Scheduling.Solver;

/// <summary>A copy of where jobs stand in a plan.</summary>
internal sealed class RunStore
{
    private readonly SlotPlan _plan;
    private readonly int[] _slots;
    private readonly int[] _pieceLengths;
    private readonly int[] _length;
    private readonly int[] _pieces;
    private readonly double[] _cost;

    public RunStore(SlotPlan plan)
    {
        RunLayout layout = plan.Layout;
        _plan = plan;
        _slots = new int[layout.Slots[^1]];
        _pieceLengths = new int[layout.Pieces[^1]];
        _length = new int[plan.Model.JobCount];
        _pieces = new int[plan.Model.JobCount];
        _cost = new double[plan.Model.JobCount];
        for (int j = 0; j < _length.Length; j++)
        {
            Save(j);
        }
    }

    /// <summary>Copies where a job stands.</summary>
    public void Save(int job)
    {
        if (_plan.IsPlaced(job))
        {
            _plan.Slots(job).CopyTo(_slots.AsSpan(_plan.Layout.Slots[job]));
            _plan.PieceLengths(job).CopyTo(_pieceLengths.AsSpan(_plan.Layout.Pieces[job]));
            _length[job] = _plan.Slots(job).Length;
            _pieces[job] = _plan.PieceLengths(job).Length;
            _cost[job] = _plan.Cost(job);
        }
        else
        {
            _length[job] = 0;
        }
    }

    /// <summary>Places an unplaced job where the copy has it.</summary>
    public void Load(int job)
    {
        if (_length[job] > 0)
        {
            _plan.Place(
                job,
                _slots.AsSpan(_plan.Layout.Slots[job], _length[job]),
                _pieceLengths.AsSpan(_plan.Layout.Pieces[job], _pieces[job]),
                _cost[job]);
        }
    }
}
