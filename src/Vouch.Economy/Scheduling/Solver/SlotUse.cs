namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Collects how much of each resource relaxed runs use, as difference arrays.</summary>
internal sealed class SlotUse(SolverModel model)
{
    private readonly double[][] _change = [.. model.Capacity.Select(row => new double[row.Length + 1])];
    private int _job;

    /// <summary>The changes of use at each slot, per resource.</summary>
    public double[][] Change => _change;

    public void Clear()
    {
        foreach (double[] row in _change)
        {
            Array.Clear(row);
        }
    }

    /// <summary>Says whose runs come next.</summary>
    public void Of(int job) => _job = job;

    public void Add(int start, int end)
    {
        int k0 = _job * model.ResourceCount;
        for (int k = 0; k < _change.Length; k++)
        {
            double demand = model.Demand[k0 + k];
            _change[k][start] += demand;
            _change[k][end] -= demand;
        }
    }
}
