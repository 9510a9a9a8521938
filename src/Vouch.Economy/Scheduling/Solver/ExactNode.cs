namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// What one part of an <see cref="ExactSearch"/> still leaves open: per job the starts (one piece) or slots (several pieces) it may use, the slots it must use, and whether
/// it may run or be rejected; with the prices that bound the part.
/// </summary>
internal sealed class ExactNode(int jobs, int words, int rows, int slots)
{
    /// <summary>Bit sets of starts or slots, job after job.</summary>
    public ulong[] Allow { get; } = new ulong[jobs * words];

    /// <summary>Bit sets of the slots that must be used, job after job; unused where a job runs in one piece.</summary>
    public ulong[] Force { get; } = new ulong[jobs * words];

    public bool[] MayRun { get; } = new bool[jobs];

    public bool[] MayReject { get; } = new bool[jobs];

    /// <summary>Row after row.</summary>
    public double[] Prices { get; } = new double[rows * slots];

    public void CopyFrom(ExactNode other)
    {
        other.Allow.CopyTo(Allow, 0);
        other.Force.CopyTo(Force, 0);
        other.MayRun.CopyTo(MayRun, 0);
        other.MayReject.CopyTo(MayReject, 0);
        other.Prices.CopyTo(Prices, 0);
    }
}
