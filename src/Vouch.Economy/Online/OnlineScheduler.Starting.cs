using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>What starts.</summary>
public sealed partial class OnlineScheduler
{
    /// <summary>How many of the jobs that are due are weighed against each other where not all of them fit, unless more fit.</summary>
    private const int MostDue = 32;

    /// <summary>Starts what is due. Where not all fits: reserved work first, then jobs put off too often, then fairly among tenants, then what loses most by waiting.</summary>
    private void StartDue()
    {
        List<LiveJob> due = [.. _starts[_now].Where(job => job.PlanStart == _now && job.State == OnlineJobState.Waiting)];
        foreach (LiveJob job in _eager.Where(job => job.State == OnlineJobState.Waiting && job.PlanStart != _now).Distinct().Take(MostDue).ToArray())
        {
            Unplan(job);
            Put(job, _now);
            due.Add(job);
        }

        _eager.Clear();
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
                    StopFor(k, _actual[k] - job.Demands[k], includeProtected: false, $"{job.Job.Id} can wait no longer", promised: true);
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
            due.ForEach(job => StartOrWait(job, "due"));
            return;
        }

        StartInTurn(due);
    }

    /// <summary>Puts off the least worth of what is due by a slot, without another look, where more is due than one event looks at.</summary>
    private void PutOff(List<LiveJob> due)
    {
        if (due.Count <= MostDue)
        {
            return;
        }

        due.Sort(static (a, b) => a.WorthClass != b.WorthClass ? b.WorthClass.CompareTo(a.WorthClass) : a.Order.CompareTo(b.Order));
        double[] free = [.. _actual.Select((capacity, k) => capacity - Load[k])];
        int most = 0;
        for (; most < due.Count && (most < MostDue || free.Any(static left => left > 0)); most++)
        {
            for (int k = 0; k < free.Length; k++)
            {
                free[k] -= due[most].Demands[k];
            }
        }

        foreach (LiveJob job in due.Skip(most))
        {
            Unplan(job);
            if (_now + 1 <= job.LatestStart)
            {
                Put(job, _now + 1);
            }
        }

        due.RemoveRange(most, due.Count - most);
    }

    private void StartInTurn(List<LiveJob> due)
    {
        PutOff(due);
        var queues = new SortedDictionary<int, List<(LiveJob Job, double Gain, int Next)>>();
        foreach (LiveJob job in due)
        {
            Unplan(job);
            int last = Math.Max(_now, job.LatestStart);
            double failure = FailureOf(job, job.Left, last);
            _value.Compute(job, _now, job.Left, last, failure);
            int next = last > _now ? _value.Best(job, _now + 1, job.Left, last, RoomAt(job, _now + 1), _now, ShareOf(job)) : -1;
            next = next >= 0 && (job.IsGuaranteed || _value.Alone(next) < NoPlace * PenaltyOf(job)) ? next : -1;
            double gain = (next < 0 ? PenaltyOf(job) : _value.Alone(next)) - _value.Run(_now);
            Put(job, _now);
            _starts[_now].Remove(job);
            job.Bucket = -1;
            if (!queues.TryGetValue(job.Tenant, out List<(LiveJob, double, int)>? queue))
            {
                queues.Add(job.Tenant, queue = []);
            }

            queue.Add((job, gain, next));
        }

        foreach (List<(LiveJob Job, double Gain, int Next)> queue in queues.Values)
        {
            queue.Sort((a, b) =>
            {
                int order = (a.Job.Displacements >= _options.MaxDisplacements).CompareTo(b.Job.Displacements >= _options.MaxDisplacements);
                order = order != 0 ? order : (a.Gain / ShareOf(a.Job)).CompareTo(b.Gain / ShareOf(b.Job));
                return order != 0 ? order : b.Job.Order.CompareTo(a.Job.Order);
            });
        }

        Reservation? first = null;
        while (queues.Count > 0)
        {
            // The tenant with the smallest share, unless another one's job was put off too often.
            (int tenant, List<(LiveJob Job, double Gain, int Next)> queue) = queues
                .OrderByDescending(entry => entry.Value[^1].Job.Displacements >= _options.MaxDisplacements)
                .ThenBy(entry => DominantShare(entry.Key))
                .ThenBy(static entry => entry.Key)
                .First();
            (LiveJob next, double gain, int place) = queue[^1];
            queue.RemoveAt(queue.Count - 1);
            if (queue.Count == 0)
            {
                queues.Remove(tenant);
            }

            if (!HasRoomNow(next) && !Insists(next) && Dares(next))
            {
                Clear(next, gain, "starts on time, which is worth more");
            }

            bool starts = HasRoomNow(next) && (first is null || LeavesRoom(_now, next, first));
            if (!starts && first is null && Insists(next))
            {
                first = Reserve(next);
            }

            StartOrWait(next, _tenants.Count > 1 ? Text($"due, {_tenants[tenant]} holds the smallest share ({DominantShare(tenant):P0})") : "due", place, starts);
        }
    }

    private void StartOrWait(LiveJob job, string cause, int next = -1, bool starts = true)
    {
        if (starts && HasRoomNow(job))
        {
            if (Dares(job))
            {
                Start(job, cause);
            }
            else
            {
                HoldBack(job);
            }

            return;
        }

        bool had = job.IsGuaranteed && job.BackupStart == _now;
        Unplan(job);
        if (++job.Displacements == _options.MaxDisplacements)
        {
            job.WorthClass = ClassOf(job);
        }

        if (had)
        {
            // Capacity is below the declared floor: the promise is void, the job goes on as well as it can.
            Unreserve(job);
            LastCallFor(job);
        }

        if (Insists(job) && _now + 1 <= job.LatestStart)
        {
            // It insists from now on, whatever the price: what was put off too often is not put off for ever.
            next = _now + 1;
        }

        if (next < 0)
        {
            Again(job, _now + 1, "no capacity at its start");
            return;
        }

        Put(job, next);
        Decide(DecisionKind.Moved, job, "no capacity at its start", new Segment(_now, job.Left), new Segment(next, job.Left));
    }

    /// <summary>Starts jobs without a place in the plan where capacity would idle: those of the tenant with the smallest share first, then those that are worth most.</summary>
    private void TryHeld()
    {
        Reservation? first = null;
        foreach (LiveJob job in _held.OrderBy(job => DominantShare(job.Tenant)).ThenByDescending(Density).ThenBy(static job => job.Order).ToArray())
        {
            bool ready = job.State == OnlineJobState.Waiting && job.PlanStart < 0 && job.LatestStart >= _now && job.Job.Release <= _now && AfterPredecessors(job) <= _now
                && job.Predecessors.All(static before => before.State == OnlineJobState.Finished);
            if (!ready || !MayTry(job))
            {
                continue;
            }

            if (HasRoomNow(job) && Dares(job) && (first is null || LeavesRoom(_now, job, first)))
            {
                Put(job, _now);
                Start(job, "a try: the capacity would idle, and how long it holds is known from little");
            }
            else if (first is null && _tenants.Count > 1 && _now + 1 <= job.LatestStart)
            {
                // Smaller jobs of others would take every gap before it is wide enough for this one.
                first = Reserve(job);
                if (first is not null)
                {
                    job.Displacements = Math.Max(job.Displacements, _options.MaxDisplacements);
                    job.WorthClass = ClassOf(job);
                    Put(job, _now + 1);
                    Decide(DecisionKind.Planned, job, "its tenant holds the smallest share: room is kept for it", null, new Segment(_now + 1, job.Left));
                }
            }
        }

        _held.Clear();
    }

    /// <summary>
    /// Whether a run is worth a try: what it costs if all goes well is less than the penalty. However small its chance, it costs only what runs until capacity falls,
    /// and the chance that capacity holds for long is known from little.
    /// </summary>
    private bool MayTry(LiveJob job) => job.Job.Rate * _plan.PriceSum(_now, job.Left) < PenaltyOf(job);

    /// <summary>Starts or gives up the jobs that can wait no longer: others are stopped for them where that loses less than the penalty.</summary>
    private void LastCall()
    {
        if (_lastCalls[_now].Count == 0)
        {
            return;
        }

        foreach (LiveJob job in _lastCalls[_now].Distinct().Where(job => job.State == OnlineJobState.Waiting && job.LatestStart <= _now).OrderByDescending(Density).ThenBy(static job => job.Order).ToArray())
        {
            if (job.State != OnlineJobState.Waiting || job.PlanStart >= 0 || job.LatestStart > _now)
            {
                continue;
            }

            bool ready = job.LatestStart == _now && job.Job.Release <= _now && AfterPredecessors(job) <= _now
                && job.Predecessors.All(static before => before.State == OnlineJobState.Finished);
            if (ready)
            {
                _value.Compute(job, _now, job.Left, _now, PenaltyOf(job));
            }

            double worth = ready ? PenaltyOf(job) - _value.Run(_now) : 0;
            if (ready && ((HasRoomNow(job) && MayTry(job)) || (worth > 0 && Clear(job, worth, "has its last chance"))))
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
}
