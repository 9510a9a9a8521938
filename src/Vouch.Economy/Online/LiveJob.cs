using Vouch.Economy.Checkpointing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>A job on its way: what ran, what runs, what is planned, what is reserved.</summary>
internal sealed class LiveJob
{
    private int _work;

    public LiveJob(Job job, int tenant, int order, LiveJob[] predecessors, int slots)
    {
        Job = job;
        Tenant = tenant;
        Order = order;
        Predecessors = predecessors;
        Demands = [.. job.Demands];
        End = Math.Min(job.Deadline, slots);
        _work = job.DurationSlots;
        Left = _work;
    }

    public Job Job { get; }

    public int Tenant { get; }

    /// <summary>The order of arrival.</summary>
    public int Order { get; }

    public LiveJob[] Predecessors { get; }

    public double[] Demands { get; }

    /// <summary>The slot by which it ends at the latest.</summary>
    public int End { get; }

    /// <summary>The class of its worth per unit of work (<see cref="OnlinePlan.Classes"/>): it goes before lower ones where capacity is short. Set while it is in no plan.</summary>
    public int WorthClass { get; set; }

    public OnlineJobState State { get; set; }

    /// <summary>What stopping its run was found to cost, and in which event.</summary>
    public (long Event, double Cost) Loss { get; set; } = (-1, 0);

    /// <summary>The slots of work left, the overhead of resuming included; while it runs, those that were left when the piece began.</summary>
    public int Left { get; private set; }

    public List<Segment> Kept { get; } = [];

    public List<Segment> Lost { get; } = [];

    /// <summary>Where the piece that runs began, or -1.</summary>
    public int RunStart { get; set; } = -1;

    /// <summary>Where the rest is planned, or -1.</summary>
    public int PlanStart { get; set; } = -1;

    /// <summary>The slot under which it is listed as a start, or -1.</summary>
    public int Bucket { get; set; } = -1;

    /// <summary>Where capacity of the floor is reserved for the rest, or -1.</summary>
    public int BackupStart { get; set; } = -1;

    /// <summary>How many slots are reserved.</summary>
    public int BackupLength { get; set; }

    /// <summary>The slot in which it was last held back because capacity was not likely to hold for its run, or -1.</summary>
    public int HeldBackAt { get; set; } = -1;

    /// <summary>How often it was put off for others.</summary>
    public int Displacements { get; set; }

    /// <summary>How often its run was stopped for others.</summary>
    public int Ousted { get; set; }

    /// <summary>Its place among the waiting jobs, for removal in constant time.</summary>
    public int WaitingIndex { get; set; } = -1;

    /// <summary>What was paid for it so far.</summary>
    public double Paid { get; set; }

    /// <summary>What negative prices paid for it: gone if its work is lost.</summary>
    public double Earned { get; set; }

    /// <summary>How far it would have come had every job run at once; null where that is not followed.</summary>
    public RunNowTwin? Twin { get; set; }

    /// <summary>What can still go wrong with it against its twin, and what it takes to run it all the same, as last reckoned.</summary>
    public double Excess { get; set; }

    public double Put { get; set; }

    /// <summary>The slot in which it may fall behind its twin, what that risks being put up.</summary>
    public int FreedAt { get; set; } = -1;

    /// <summary>What waits for it.</summary>
    public List<LiveJob> Successors { get; } = [];

    /// <summary>Whether capacity was reserved for it when it came.</summary>
    public bool WasGuaranteed { get; set; }

    public bool IsGuaranteed => BackupStart >= 0;

    public bool IsPreemptible => Job.Preemption is { MaxSegments: > 1 };

    /// <summary>Where the rest starts at the latest; with a reservation, where that begins.</summary>
    public int LatestStart => IsGuaranteed ? BackupStart : End - Left;

    /// <summary>The slot after the piece that runs.</summary>
    public int RunEnd => RunStart + Left;

    public bool IsProtected(int slot) => IsGuaranteed && slot >= BackupStart;

    /// <summary>How it saves its work; null where what ran is safe as it is.</summary>
    public CheckpointRhythm? Rhythm { get; private set; }

    /// <summary>The slots that each resume costs on top of the job's own overhead.</summary>
    public int RestartSlots { get; set; }

    /// <summary>Sets how the next piece saves its work, unless that takes longer than what is reserved for it.</summary>
    public void SaveBy(CheckpointRhythm rhythm)
    {
        int slots = SlotsFor(_work, rhythm);
        if (Rhythm is null || !IsGuaranteed || slots <= BackupLength)
        {
            Rhythm = rhythm;
            Left = slots;
        }
    }

    /// <summary>Whether a stop at a slot keeps the piece that runs, or what of it was saved where the stop is sudden.</summary>
    /// <remarks>A piece no longer than the overhead of resuming would leave more work than before; it is not worth keeping.</remarks>
    public bool Keeps(int slot, bool sudden = false)
    {
        if (Job.Preemption is not { } rule)
        {
            return false;
        }

        int piece = KeptWork(slot, sudden);
        int overhead = rule.ResumeOverheadSlots + RestartSlots;
        int left = _work - piece + overhead;
        return piece >= rule.MinSegmentSlots && piece > overhead && Kept.Count + 1 < rule.MaxSegments && left >= rule.MinSegmentSlots;
    }

    /// <summary>The slots of work left if the piece that runs is stopped at a slot.</summary>
    public int LeftAfterStop(int slot, bool sudden = false) =>
        Keeps(slot, sudden) ? SlotsFor(_work - KeptWork(slot, sudden) + Job.Preemption!.ResumeOverheadSlots + RestartSlots, Rhythm) : Left;

    /// <summary>Stops the piece that runs; whether any of it is kept.</summary>
    public bool Stop(int slot, bool sudden)
    {
        bool keeps = Keeps(slot, sudden);
        if (keeps)
        {
            int safe = sudden && Rhythm is { } rhythm ? Math.Min(slot - RunStart, (int)Math.Ceiling(rhythm.TimeFor(KeptWork(slot, sudden) + 1e-6) - 1e-6)) : slot - RunStart;
            Kept.Add(new Segment(RunStart, safe));
            if (RunStart + safe < slot)
            {
                Lost.Add(new Segment(RunStart + safe, slot - RunStart - safe));
            }

            _work = _work - KeptWork(slot, sudden) + Job.Preemption!.ResumeOverheadSlots + RestartSlots;
            Left = SlotsFor(_work, Rhythm);
        }
        else if (slot > RunStart)
        {
            Lost.Add(new Segment(RunStart, slot - RunStart));
        }

        RunStart = -1;
        State = OnlineJobState.Waiting;
        return keeps;
    }

    private int KeptWork(int slot, bool sudden) =>
        Rhythm is not { } rhythm ? slot - RunStart : (int)Math.Floor((sudden ? rhythm.SavedAfter(slot - RunStart) : rhythm.DoneAfter(slot - RunStart)) + 1e-9);

    private static int SlotsFor(int work, CheckpointRhythm? rhythm) => rhythm is { } saves ? (int)Math.Ceiling(saves.TimeFor(work) - 1e-9) : work;

    public void Finish()
    {
        Kept.Add(new Segment(RunStart, Left));
        RunStart = -1;
        PlanStart = -1;
        Left = 0;
        _work = 0;
        State = OnlineJobState.Finished;
    }
}
