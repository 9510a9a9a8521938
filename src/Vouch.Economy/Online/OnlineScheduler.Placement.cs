using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>Where waiting jobs are planned.</summary>
public sealed partial class OnlineScheduler
{
    /// <summary>How many starts are tried when room is made for a job.</summary>
    private const int RoomTries = 8;

    /// <summary>How many jobs make room for one at most.</summary>
    private const int MostRemoved = 64;

    private int _longest = 1;

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

    /// <summary>Finds the start of least expected cost for the rest of a waiting job that is not in the plan.</summary>
    /// <param name="job">The job.</param>
    /// <param name="from">The first slot.</param>
    /// <param name="length">How long the rest is.</param>
    /// <param name="last">The last start.</param>
    /// <param name="cost">The cost with the risk in it; the penalty where there is no place.</param>
    /// <param name="free">Whether other plans are looked through.</param>
    /// <returns>The start, or -1.</returns>
    private int Search(LiveJob job, int from, int length, int last, out double cost, bool free = false)
    {
        double penalty = PenaltyOf(job);
        cost = penalty;
        from = Math.Max(from, Math.Max(job.Job.Release, AfterPredecessors(job)));
        if (from > last)
        {
            return -1;
        }

        RunRisk risk = RunRisk.Of(job, length, _histories, _steady);
        double atRisk = job.IsGuaranteed ? 0 : penalty * risk.AtNoSlack;
        double rate = job.Job.Rate;
        int best = -1;
        int run = 0;
        cost = double.PositiveInfinity;
        for (int slot = last + length - 1; slot >= from; slot--)
        {
            run = free || _plan.Fits(job, slot) ? run + 1 : 0;
            if (slot > last)
            {
                continue;
            }

            if (run >= length || (slot == last && job.IsGuaranteed))
            {
                double price = rate * _plan.PriceSum(slot, length);
                double total = price + (risk.Waste * Math.Abs(price)) + atRisk;
                if (total <= cost)
                {
                    (cost, best) = (total, slot);
                }
            }

            atRisk *= risk.PerSlot;
        }

        cost = best < 0 ? penalty : cost;
        return best;
    }

    private double CostAt(LiveJob job, int start)
    {
        RunRisk risk = RunRisk.Of(job, job.Left, _histories, _steady);
        double price = job.Job.Rate * _plan.PriceSum(start, job.Left);
        double atRisk = job.IsGuaranteed ? 0 : PenaltyOf(job) * risk.AtNoSlack * Math.Pow(risk.PerSlot, job.LatestStart - start);
        return price + (risk.Waste * Math.Abs(price)) + atRisk;
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

    /// <summary>Makes room for a job by planning others elsewhere, where that costs less than it saves.</summary>
    private bool Displace(LiveJob job, int from, double present)
    {
        int wanted = Search(job, from, job.Left, job.LatestStart, out _, free: true);
        if (wanted < 0)
        {
            return false;
        }

        int first = Math.Max(from, Math.Max(job.Job.Release, AfterPredecessors(job)));
        int[] tries = [wanted, .. Enumerable.Range(0, RoomTries).Select(i => first + ((job.LatestStart - first) * i / (RoomTries - 1)))];
        foreach (int start in tries.Distinct())
        {
            if (MakeRoom(job, start, present))
            {
                return true;
            }
        }

        return false;
    }

    private bool MakeRoom(LiveJob job, int start, double present)
    {
        var removed = new List<(LiveJob Job, int Start, double Cost)>();
        foreach (LiveJob other in Overlapping(job, start))
        {
            if (removed.Count == MostRemoved || Fits(job, start))
            {
                break;
            }

            removed.Add((other, other.PlanStart, CostAt(other, other.PlanStart)));
            Unplan(other);
        }

        double change = -present;
        bool fits = Fits(job, start);
        if (fits)
        {
            Put(job, start);
            change += CostAt(job, start);
            for (int i = removed.Count - 1; i >= 0 && change < 0; i--)
            {
                (LiveJob other, _, double before) = removed[i];
                int place = Search(other, _now + 1, other.Left, other.LatestStart, out double after);
                change += after - before;
                if (place >= 0)
                {
                    Put(other, place);
                }
            }
        }

        if (!fits || change >= 0)
        {
            Unplan(job);
            foreach ((LiveJob other, int place, _) in removed)
            {
                Unplan(other);
                Put(other, place);
            }

            return false;
        }

        Decide(DecisionKind.Planned, job, "room was made for it", null, new Segment(start, job.Left));
        foreach ((LiveJob other, int place, double cost) in removed)
        {
            if (other.PlanStart != place)
            {
                bool worse = other.PlanStart < 0 || CostAt(other, other.PlanStart) > cost + (_options.MoveThreshold * Math.Abs(cost));
                other.Displacements += worse ? 1 : 0;
                Segment? to = other.PlanStart >= 0 ? new Segment(other.PlanStart, other.Left) : null;
                Decide(to is null ? DecisionKind.Held : DecisionKind.Moved, other, $"makes room for {job.Job.Id}", new Segment(place, other.Left), to);
            }
        }

        return true;
    }

    private bool Fits(LiveJob job, int start)
    {
        for (int slot = start; slot < start + job.Left; slot++)
        {
            if (!_plan.Fits(job, slot))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The planned jobs in the way of a run that may be put off, those that lose least by it first.</summary>
    private List<LiveJob> Overlapping(LiveJob job, int start)
    {
        double share = DominantShare(job.Tenant);
        var found = new List<LiveJob>();
        for (int slot = Math.Max(_now + 1, start - _longest + 1); slot < start + job.Left; slot++)
        {
            foreach (LiveJob other in _starts[slot])
            {
                if (other.PlanStart == slot && other.State == OnlineJobState.Waiting && slot + other.Left > start && other != job
                    && other.Displacements < _options.MaxDisplacements
                    && (other.Job.Priority < job.Job.Priority || other.Tenant == job.Tenant || DominantShare(other.Tenant) >= share))
                {
                    found.Add(other);
                }
            }
        }

        found.Sort((a, b) =>
        {
            int order = Density(a).CompareTo(Density(b));
            return order != 0 ? order : a.Order.CompareTo(b.Order);
        });
        return found;
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
}
