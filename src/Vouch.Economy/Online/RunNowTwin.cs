namespace Vouch.Economy.Online;

/// <summary>How far a job would have come had every job run at once.</summary>
internal sealed class RunNowTwin(int length)
{
    /// <summary>How long its run takes.</summary>
    public int Length { get; } = length;

    public OnlineJobState State { get; set; } = OnlineJobState.Waiting;

    /// <summary>Where its run began, or -1.</summary>
    public int Start { get; set; } = -1;

    /// <summary>The slot after its run.</summary>
    public int End => Start + Length;

    /// <summary>What it cost so far, the penalty included where it was rejected.</summary>
    public double Cost { get; set; }

    /// <summary>Whether its cost is final.</summary>
    public bool IsOver => State is OnlineJobState.Finished or OnlineJobState.Rejected;

    /// <summary>The slots of work left.</summary>
    public int LeftAt(int now) => IsOver ? 0 : Start >= 0 ? End - now : Length;
}
