using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>Where waiting jobs are planned.</summary>
public sealed partial class OnlineScheduler
{
    /// <summary>The share of the penalty above which an expected cost means that there is no place.</summary>
    private const double NoPlace = 1 - 1e-6;

    /// <summary>The first slot a job may use, predecessors where they are planned now; beyond the horizon where one was rejected.</summary>
    private int EarliestStart(LiveJob job)
    {
        int from = Math.Max(job.Job.Release, _now + 1);
        return Math.Max(from, AfterPredecessors(job));
    }

    private static int AfterPredecessors(LiveJob job)
    {
        int from = 0;
        foreach (LiveJob before in job.Predecessors)
        {
            int end = before.State switch
            {
                OnlineJobState.Finished => before.Kept[^1].End,
                OnlineJobState.Running => before.RunEnd,
                OnlineJobState.Waiting => (before.PlanStart >= 0 ? before.PlanStart : before.LatestStart) + before.Left,
                _ => int.MaxValue,
            };
            from = Math.Max(from, end);
        }

        return from;
    }

    private double PenaltyOf(LiveJob job) =>
        job.Job.Penalty ?? (100 * ((job.Job.Rate * job.Job.DurationSlots * _plan.Highest) + 1));

    /// <summary>Reserves the latest run that the floor still holds.</summary>
    private void Guarantee(LiveJob job, int from)
    {
        foreach (LiveJob before in job.Predecessors)
        {
            if (before.State == OnlineJobState.Finished)
            {
                continue;
            }

            if (!before.IsGuaranteed)
            {
                return;
            }

            from = Math.Max(from, before.BackupStart + before.BackupLength);
        }

        int start = _plan.LatestOnFloor(job, from, job.End, job.Left);
        if (start >= 0)
        {
            _plan.Reserve(job, start, job.Left, 1);
            job.BackupStart = start;
            job.BackupLength = job.Left;
        }
    }

    private void Unreserve(LiveJob job)
    {
        if (job.IsGuaranteed)
        {
            _plan.Reserve(job, job.BackupStart, job.BackupLength, -1);
            job.BackupStart = -1;
        }
    }

    /// <summary>Finds where the rest of a job that is not in the plan is best begun, all risks counted; <see cref="WaitingValue"/> holds the details afterwards.</summary>
    /// <param name="job">The job.</param>
    /// <param name="from">The first slot.</param>
    /// <param name="length">How long the rest is.</param>
    /// <param name="last">The last start.</param>
    /// <param name="cost">What it is expected to cost if begun there; the penalty where there is no place.</param>
    /// <returns>The start, or -1.</returns>
    private int Search(LiveJob job, int from, int length, int last, out double cost)
    {
        double penalty = PenaltyOf(job);
        cost = penalty;
        from = Math.Max(from, Math.Max(job.Job.Release, AfterPredecessors(job)));
        if (from > last)
        {
            return -1;
        }

        _value.Compute(job, from, length, last, FailureOf(job, length, last));
        int best = _value.Best(job, from, length, last, RoomAt(job, from), Math.Max(0, _now), ShareOf(job));
        cost = best < 0 ? penalty : _value.Expected(best);
        if (!job.IsGuaranteed && _value.Alone(best) >= NoPlace * penalty)
        {
            cost = penalty;
            return -1;
        }

        return best;
    }

    private double FailureOf(LiveJob job, int length, int last) => job.IsGuaranteed ? job.Job.Rate * _plan.PriceSum(last, length) : PenaltyOf(job);

    /// <summary>The chance that there is room for a job in a slot, beside all work that is worth more.</summary>
    private double RoomAt(LiveJob job, int slot)
    {
        int now = Math.Max(0, _now);
        bool room = true;
        for (int k = 0; k < _pools.Length; k++)
        {
            double capacity = _now >= 0 ? _actual[k] : _plan.Capacity[k][0];
            room &= job.Demands[k] == 0 || _plan.Ahead(k, Math.Min(job.WorthClass + 1, OnlinePlan.Classes - 1))[now] + job.Demands[k] <= capacity * (1 + 1e-9);
        }

        (double stay, double back) = _value.Chances(slot);
        return slot <= now ? room ? 1 : 0
            : slot == now + 1 ? room ? stay : back
            : back / Math.Max(1e-12, 1 - stay + back);
    }

    /// <summary>What it costs if the rest of a job that is not in the plan begins at a start.</summary>
    private double CostAt(LiveJob job, int start)
    {
        int from = Math.Min(start, Math.Max(_now + 1, Math.Max(job.Job.Release, AfterPredecessors(job))));
        int last = Math.Max(start, job.LatestStart);
        _value.Compute(job, from, job.Left, last, FailureOf(job, job.Left, last));
        _value.Best(job, from, job.Left, last, RoomAt(job, from), Math.Max(0, _now), ShareOf(job));
        return _value.Expected(start);
    }

    private bool Place(LiveJob job, int from, DecisionKind kind, string cause, Segment? old = null)
    {
        int start = Search(job, from, job.Left, job.LatestStart, out _);
        if (start < 0)
        {
            return false;
        }

        Put(job, start);
        Decide(kind, job, cause, old, new Segment(start, job.Left));
        return true;
    }

    private void Put(LiveJob job, int start)
    {
        job.PlanStart = start;
        _plan.Use(job, start, job.Left, 1);
        if (job.Bucket != start)
        {
            if (job.Bucket >= 0)
            {
                _starts[job.Bucket].Remove(job);
            }

            _starts[start].Add(job);
            job.Bucket = start;
        }

        _longest = Math.Max(_longest, job.Left);
    }

    private void Unplan(LiveJob job)
    {
        if (job.PlanStart >= 0)
        {
            _plan.Use(job, job.PlanStart, job.Left, -1);
            job.PlanStart = -1;
        }
    }

    /// <summary>Plans the rest of a job that lost its place.</summary>
    private void Again(LiveJob job, int from, string cause = "its place is gone")
    {
        Segment? old = job.PlanStart >= 0 ? new Segment(job.PlanStart, job.Left) : null;
        Unplan(job);
        if (!Place(job, from, old is null ? DecisionKind.Planned : DecisionKind.Moved, cause, old))
        {
            Decide(DecisionKind.Held, job, "no room in its window yet", old);
        }
    }

    /// <summary>What a job is worth per unit of work.</summary>
    private double Density(LiveJob job)
    {
        double share = 0;
        for (int k = 0; k < _pools.Length; k++)
        {
            share = Math.Max(share, job.Demands[k] / Math.Max(double.Epsilon, _pools[k].ExpectedCapacity));
        }

        return share == 0 ? double.PositiveInfinity : PenaltyOf(job) / (share * job.Left);
    }

    /// <summary>The class of a job's worth: one per power of two, the first job in the middle; what was put off too often goes before all.</summary>
    private int ClassOf(LiveJob job)
    {
        if (job.Displacements >= _options.MaxDisplacements)
        {
            return OnlinePlan.Classes - 1;
        }

        // What is lost per unit of a pool that is freed: however long the job takes, stopping it frees no more.
        double density = PenaltyOf(job) / ShareOf(job);
        if (!(density > 0 && double.IsFinite(density)))
        {
            return density > 0 ? OnlinePlan.Classes - 1 : 0;
        }

        double log = Math.Log2(density);
        _middle = double.IsNaN(_middle) ? log : _middle;
        return Math.Clamp((int)Math.Round(log - _middle) + (OnlinePlan.Classes / 2), 0, OnlinePlan.Classes - 2);
    }
}
