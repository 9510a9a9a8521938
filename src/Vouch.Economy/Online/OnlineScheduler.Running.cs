using Vouch.Economy.Checkpointing;
using Vouch.Economy.Fairness;

namespace Vouch.Economy.Online;

/// <summary>What starts, stops and ends.</summary>
public sealed partial class OnlineScheduler
{
    private double[]? _load;
    private long _exposed;
    private long _sudden;

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
        OccupyFirmly(job, sign);
        for (int k = 0; k < _pools.Length; k++)
        {
            Load[k] += sign * job.Demands[k];
            tenant[k] += sign * job.Demands[k];
        }
    }

    /// <summary>The largest share of a pool that the running jobs of a tenant use, per unit of its weight.</summary>
    private double DominantShare(int tenant) => DominantResourceFairness.DominantShare(_tenantUse[tenant], _expected) / _tenantWeights[tenant];

    /// <summary>The largest share of a pool that a job needs.</summary>
    private double ShareOf(LiveJob job)
    {
        double share = double.Epsilon;
        for (int k = 0; k < _pools.Length; k++)
        {
            share = Math.Max(share, job.Demands[k] / Math.Max(double.Epsilon, _pools[k].ExpectedCapacity));
        }

        return share;
    }

    /// <summary>Sets how the next piece of a job saves its work: as often as loses least at the time between losses of capacity that such work has met so far.</summary>
    private void SaveBy(LiveJob job)
    {
        if (!job.IsPreemptible || _options.CheckpointCost <= TimeSpan.Zero)
        {
            return;
        }

        double cost = _options.CheckpointCost / _curve.SlotLength;
        double between = (_exposed + (_options.ExpectedUptime / _curve.SlotLength)) / (_sudden + 1);
        job.RestartSlots = (int)Math.Ceiling((_options.RestartCost / _curve.SlotLength) - 1e-9);
        job.SaveBy(_options.CheckpointEvery is { } every ? new CheckpointRhythm(every / _curve.SlotLength, cost) : CheckpointRhythm.For(cost, between));
        if (job.End - job.Left < Math.Max(_now + 1, job.Job.Release))
        {
            // Saving would take longer than the window lasts.
            job.SaveBy(new CheckpointRhythm(double.PositiveInfinity, cost));
        }
    }

    private bool HasRoomNow(LiveJob job)
    {
        if (!IsAllowed(job))
        {
            return false;
        }

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
        PutUp(job);
        Unwait(job);
        if (job.Rhythm is not null && !job.IsProtected(_now))
        {
            _plan.Use(job, _now, job.Left, -1);
            SaveBy(job);
            _plan.Use(job, _now, job.Left, 1);
        }

        job.State = OnlineJobState.Running;
        job.RunStart = _now;
        job.PlanStart = -1;
        _running.Add(job);
        Occupy(job, 1);
        Decide(DecisionKind.Started, job, cause, null, new Scheduling.Segment(_now, job.Left));
    }

    private void Stop(LiveJob job, string cause, bool sudden = false)
    {
        _plan.Use(job, _now, job.RunEnd - _now, -1);
        _running.Remove(job);
        Occupy(job, -1);
        bool wasProtected = job.IsProtected(_now);
        bool ran = _now > job.RunStart;
        _sudden += sudden && job.IsPreemptible ? 1 : 0;
        int runStart = job.RunStart;
        bool keeps = job.Stop(_now, sudden);
        Note(job);
        Lose(job, keeps ? job.Kept[^1].End : runStart, _now);
        SaveBy(job);
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
        job.Kept.ForEach(piece => Lose(job, piece.Start, piece.End));
        Note(job);
        job.State = OnlineJobState.Rejected;
        Decide(DecisionKind.Rejected, job, cause);
    }

    private void FinishRuns()
    {
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            LiveJob job = _running[i];
            _exposed += job.IsPreemptible && !job.IsProtected(_now) ? 1 : 0;
            if (job.RunEnd == _now)
            {
                _running.RemoveAt(i);
                Occupy(job, -1);
                Unreserve(job);
                job.Finish();
                Note(job);
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
                StopFor(k, _actual[k], includeProtected: Load[k] - UnprotectedLoad(k) > _actual[k] * (1 + 1e-9), "capacity fell", sudden: true);
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
}
