namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>A schedule of one direction, ready to be a parent in the other one.</summary>
internal sealed class Candidate(int count)
{
    /// <summary>The end of each activity, in the direction the schedule was made in.</summary>
    public int[] Finish { get; } = new int[count];

    /// <summary>The activities by decreasing end: a list for the other direction that gives a schedule no longer than this one.</summary>
    public ushort[] Turned { get; } = new ushort[count];

    public int Makespan { get; set; } = int.MaxValue;

    /// <summary>Tells schedules apart.</summary>
    public ulong Hash { get; set; }

    public void CopyFrom(Candidate other)
    {
        other.Finish.CopyTo(Finish, 0);
        other.Turned.CopyTo(Turned, 0);
        Makespan = other.Makespan;
        Hash = other.Hash;
    }
}
