namespace Vouch.Economy.Online;

/// <summary>What starts, stops and ends.</summary>
public sealed partial class OnlineScheduler
{
    private double[]? _load;

    /// <summary>What the running jobs use of each pool.</summary>
    private double[] Load => _load ??= new double[_pools.Length];

    private void Wait(LiveJob job)
    {
        job.WaitingIndex = _waiting.Count;
        _waiting.Add(job);
    }

    private void Unwait(LiveJob job)
    {
        LiveJob last = _waiting[^1];
        _waiting[job.WaitingIndex] = last;
        last.WaitingIndex = job.WaitingIndex;
        _waiting.RemoveAt(_waiting.Count - 1);
        job.WaitingIndex = -1;
    }

    private void Occupy(LiveJob job, int sign)
    {
        double[] tenant = _tenantUse[job.Tenant];
        for (int k = 0; k < _pools.Length; k++)
        {
            Load[k] += sign * job.Demands[k];
            tenant[k] += sign * job.Demands[k];
        }

        if (!job.IsPreemptible)
        {
            _steady.Change(job, sign);
        }
    }

    private double DominantShare(int tenant)
    {
        double share = 0;
        for (int k = 0; k < _pools.Length; k++)
        {
            share = Math.Max(share, _tenantUse[tenant][k] / Math.Max(double.Epsilon, _pools[k].ExpectedCapacity));
        }

        return share;
    }

    private bool HasRoomNow(LiveJob job)
    {
        for (int k = 0; k < _pools.Length; k++)
        {
            if (Load[k] + job.Demands[k] > _actual[k] * (1 + 1e-9))
            {
                return false;
            }
        }

        return true;
    }

    private void Start(LiveJob job, string cause)
    {
        Unwait(job);
        job.State = OnlineJobState.Running;
        job.RunStart = _now;
        job.PlanStart = -1;
        _running.Add(job);
        Occupy(job, 1);
        Decide(DecisionKind.Started, job, cause, null, new Scheduling.Segment(_now, job.Left));
    }

    private void Stop(LiveJob job, string cause)
    {
        _plan.Use(job, _now, job.RunEnd - _now, -1);
        _running.Remove(job);
        Occupy(job, -1);
        bool wasProtected = job.IsProtected(_now);
        bool ran = _now > job.RunStart;
        bool keeps = job.Stop(_now);
        if (wasProtected)
        {
            // Only where capacity fell below the floor, or the worker failed: what was reserved is passing.
            Unreserve(job);
            Guarantee(job, _now + 1);
        }
        else if (job.IsGuaranteed && job.Left < job.BackupLength)
        {
            // The rest is shorter: the reservation begins later and ends as before.
            int end = job.BackupStart + job.BackupLength;
            Unreserve(job);
            job.BackupStart = end - job.Left;
            job.BackupLength = job.Left;
            _plan.Reserve(job, job.BackupStart, job.Left, 1);
        }

        Wait(job);
        LastCallFor(job);

        Decide(keeps || !ran ? DecisionKind.Paused : DecisionKind.Aborted, job, cause);
    }

    /// <summary>Lists a job for its last call, and for the next slot where that may be over already.</summary>
    private void LastCallFor(LiveJob job)
    {
        int slot = Math.Max(_now, job.LatestStart);
        _lastCalls[slot].Add(job);
        if (slot == _now && _now + 1 < _plan.Slots)
        {
            _lastCalls[_now + 1].Add(job);
        }
    }

    private void Reject(LiveJob job, string cause)
    {
        Unplan(job);
        Unreserve(job);
        Unwait(job);
        job.State = OnlineJobState.Rejected;
        Decide(DecisionKind.Rejected, job, cause);
    }

    private void FinishRuns()
    {
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            LiveJob job = _running[i];
            if (job.RunEnd == _now)
            {
                _running.RemoveAt(i);
                Occupy(job, -1);
                Unreserve(job);
                job.Finish();
                Decide(DecisionKind.Finished, job, "all of its work is done");
            }
        }
    }

    /// <summary>Stops running jobs until the capacity holds the rest: those that lose least per unit of what is short, tenants with larger shares first.</summary>
    private void StopForCapacity()
    {
        for (int k = 0; k < _pools.Length; k++)
        {
            if (Load[k] > _actual[k] * (1 + 1e-9))
            {
                StopFor(k, _actual[k], includeProtected: Load[k] - UnprotectedLoad(k) > _actual[k] * (1 + 1e-9), "capacity fell");
            }
        }
    }

    private double UnprotectedLoad(int pool)
    {
        double load = 0;
        foreach (LiveJob job in _running)
        {
            load += job.IsProtected(_now) ? 0 : job.Demands[pool];
        }

        return load;
    }

    private void StopFor(int pool, double capacity, bool includeProtected, string cause)
    {
        double mean = _tenants.Count > 1 ? Enumerable.Range(0, _tenants.Count).Average(DominantShare) : 0;
        var open = _running
            .Where(job => job.Demands[pool] > 0 && (includeProtected || !job.IsProtected(_now)))
            .Select(job => (Job: job, Protected: job.IsProtected(_now), Loss: LossOfStopping(job) / Weight(job, mean)))
            .ToList();
        var stopped = new List<LiveJob>();
        while (open.Count > 0 && Load[pool] > capacity * (1 + 1e-9))
        {
            // What a stop frees beyond the shortage is worth nothing: a large job does not go for a small gap.
            double missing = Load[pool] - capacity;
            (LiveJob Job, bool Protected, double Loss) victim = open
                .OrderBy(static entry => entry.Protected)
                .ThenBy(entry => entry.Loss / Math.Min(missing, entry.Job.Demands[pool]))
                .ThenByDescending(static entry => entry.Job.Order)
                .First();
            open.Remove(victim);
            Stop(victim.Job, cause);
            stopped.Add(victim.Job);
        }

        foreach (LiveJob job in stopped)
        {
            if (job.State == OnlineJobState.Waiting && job.PlanStart < 0)
            {
                Again(job, _now + 1, "goes on where there is room");
            }
        }
    }

    /// <summary>Above 1 for a tenant that uses more than the mean, below for one that uses less.</summary>
    private double Weight(LiveJob job, double mean) => mean <= 0 ? 1 : Math.Max(0.1, DominantShare(job.Tenant) / mean);

    /// <summary>What stopping a running job costs: its rest elsewhere, risk and repeated work counted, against going on.</summary>
    private double LossOfStopping(LiveJob job)
    {
        int left = job.LeftAfterStop(_now);
        int last = job.IsGuaranteed ? job.BackupStart + job.BackupLength - left : job.End - left;
        double goOn = job.Job.Rate * _plan.PriceSum(_now, job.RunEnd - _now);
        _plan.Use(job, _now, job.RunEnd - _now, -1);
        Search(job, _now + 1, left, last, out double later);
        _plan.Use(job, _now, job.RunEnd - _now, 1);
        return Math.Max(0, later - goOn);
    }

    /// <summary>Starts what is due. Where not all fits: reserved work first, then jobs put off too often, then fairly among tenants, then what loses most by waiting.</summary>
    private void StartDue()
    {
        List<LiveJob> due = [.. _starts[_now].Where(job => job.PlanStart == _now && job.State == OnlineJobState.Waiting)];
        _starts[_now].ForEach(static job => job.Bucket = -1);
        _starts[_now].Clear();
        foreach (LiveJob job in due.Where(static job => job.Predecessors.Any(static before => before.State != OnlineJobState.Finished)).ToArray())
        {
            due.Remove(job);
            Again(job, _now + 1, "a predecessor is not done");
        }

        foreach (LiveJob job in due.Where(job => job.IsGuaranteed && job.BackupStart == _now).OrderBy(static job => job.Order).ToArray())
        {
            due.Remove(job);
            for (int k = 0; k < _pools.Length; k++)
            {
                if (Load[k] + job.Demands[k] > _actual[k] * (1 + 1e-9) && job.Demands[k] > 0)
                {
                    StopFor(k, _actual[k] - job.Demands[k], includeProtected: false, $"{job.Job.Id} can wait no longer");
                }
            }

            StartOrWait(job, "can wait no longer: runs on what is reserved for it");
        }

        bool contended = false;
        for (int k = 0; k < _pools.Length; k++)
        {
            contended |= Load[k] + due.Sum(job => job.Demands[k]) > _actual[k] * (1 + 1e-9);
        }

        if (!contended)
        {
            due.ForEach(job => Start(job, "due"));
            return;
        }

        var order = new Dictionary<LiveJob, double>();
        foreach (LiveJob job in due)
        {
            double now = CostAt(job, _now);
            Unplan(job);
            if (Search(job, _now + 1, job.Left, job.LatestStart, out double later) < 0)
            {
                // No room as things are planned now; some may come. Counting the penalty here would stop others for nothing.
                Search(job, _now + 1, job.Left, job.LatestStart, out later, free: true);
            }

            job.PlanStart = _now;
            _plan.Use(job, _now, job.Left, 1);
            order[job] = later - now;
        }

        while (due.Count > 0)
        {
            LiveJob next = due
                .OrderByDescending(job => job.Displacements >= _options.MaxDisplacements)
                .ThenBy(job => _tenants.Count > 1 ? DominantShare(job.Tenant) : 0)
                .ThenByDescending(job => order[job] / Math.Max(double.Epsilon, job.Demands.Max()))
                .ThenBy(static job => job.Order)
                .First();
            due.Remove(next);
            if (!HasRoomNow(next))
            {
                Clear(next, order[next], "starts on time, which is worth more");
            }

            StartOrWait(next, "due");
        }
    }

    private void StartOrWait(LiveJob job, string cause)
    {
        if (HasRoomNow(job))
        {
            Start(job, cause);
            return;
        }

        job.Displacements++;
        if (job.IsGuaranteed && job.BackupStart == _now)
        {
            // Capacity is below the declared floor: the promise is void, the job goes on as well as it can.
            Unplan(job);
            Unreserve(job);
            LastCallFor(job);
        }

        Again(job, _now + 1, "no capacity at its start");
    }

    /// <summary>Starts or gives up the jobs that can wait no longer: others are stopped for them where that loses less than the penalty.</summary>
    private void LastCall()
    {
        foreach (LiveJob job in _lastCalls[_now].Distinct().Where(job => job.State == OnlineJobState.Waiting && job.LatestStart <= _now).OrderByDescending(Density).ThenBy(static job => job.Order).ToArray())
        {
            if (job.State != OnlineJobState.Waiting || job.PlanStart >= 0 || job.LatestStart > _now)
            {
                continue;
            }

            bool ready = job.LatestStart == _now && job.Job.Release <= _now && AfterPredecessors(job) <= _now
                && job.Predecessors.All(static before => before.State == OnlineJobState.Finished);
            RunRisk risk = RunRisk.Of(job, job.Left, _histories, _steady);
            double run = job.Job.Rate * _plan.PriceSum(_now, Math.Min(job.Left, _plan.Slots - _now));
            double worth = (PenaltyOf(job) * (1 - risk.AtNoSlack)) - (run * risk.Ran);
            if (ready && worth > 0 && (HasRoomNow(job) || Clear(job, worth, "has its last chance")))
            {
                Put(job, _now);
                Start(job, "its last chance to end in time");
            }
            else
            {
                Reject(job, job.Predecessors.Any(static before => before.State == OnlineJobState.Rejected) ? "a predecessor was rejected" : "it cannot end by its deadline any more");
            }
        }
    }

    /// <summary>Stops unprotected jobs that together lose less than a job is worth.</summary>
    private bool Clear(LiveJob job, double worth, string why)
    {
        var stop = new List<LiveJob>();
        double[] freed = new double[_pools.Length];
        bool Enough()
        {
            for (int k = 0; k < _pools.Length; k++)
            {
                if (Load[k] - freed[k] + job.Demands[k] > _actual[k] * (1 + 1e-9))
                {
                    return false;
                }
            }

            return true;
        }

        foreach ((LiveJob other, double loss) in _running.Where(other => !other.IsProtected(_now) && other.RunStart < _now)
            .Select(other => (other, LossOfStopping(other))).OrderBy(static pair => pair.Item2).ThenByDescending(static pair => pair.other.Order))
        {
            worth -= loss;
            if (worth <= 0)
            {
                return false;
            }

            stop.Add(other);
            for (int k = 0; k < _pools.Length; k++)
            {
                freed[k] += other.Demands[k];
            }

            if (Enough())
            {
                break;
            }
        }

        if (!Enough())
        {
            return false;
        }

        foreach (LiveJob other in stop)
        {
            Stop(other, $"{job.Job.Id} {why}");
            Again(other, _now + 1, "goes on where there is room");
        }

        return true;
    }
}
