namespace Vouch.Economy.Online;

/// <summary>Which running jobs stop for what is worth more.</summary>
public sealed partial class OnlineScheduler
{
    /// <summary>Of how many running jobs one event finds out what stopping them costs, unless more have to stop.</summary>
    private const int MostLosses = 32;

    /// <summary>Stops running jobs of a pool until a capacity holds the rest: those that lose least per unit of what is short, tenants with larger shares first.</summary>
    private void StopFor(int pool, double capacity, bool includeProtected, string cause, bool sudden = false, bool promised = false, bool follow = false)
    {
        double mean = _tenants.Count > 1 ? Enumerable.Range(0, _tenants.Count).Average(DominantShare) : 0;
        List<(LiveJob Job, bool Protected, double Loss)> open = [.. Candidates(pool, Load[pool] - capacity, includeProtected).Select(job => (job, job.IsProtected(_now), LossOfStopping(job) / Weight(job, mean)))];
        open.Sort((a, b) =>
        {
            int order = a.Protected.CompareTo(b.Protected);
            order = order != 0 ? order : (a.Loss / a.Job.Demands[pool]).CompareTo(b.Loss / b.Job.Demands[pool]);
            return order != 0 ? order : b.Job.Order.CompareTo(a.Job.Order);
        });
        var stopped = new List<LiveJob>();
        for (int first = 0; first < open.Count && Load[pool] > capacity * (1 + 1e-9);)
        {
            // What a stop frees beyond the shortage is worth nothing: a large job does not go for a small gap.
            double missing = Load[pool] - capacity;
            int victim = first;
            if (open[first].Job.Demands[pool] > missing)
            {
                for (int i = first + 1; i < open.Count && open[i].Protected == open[first].Protected; i++)
                {
                    double gap = Math.Min(missing, open[i].Job.Demands[pool]);
                    victim = open[i].Loss / gap < open[victim].Loss / Math.Min(missing, open[victim].Job.Demands[pool]) ? i : victim;
                }
            }

            LiveJob job = open[victim].Job;
            open.RemoveAt(victim);
            if ((!promised && !MayRest(job)) || (follow && KeepsItsPlace(job)))
            {
                continue;
            }

            job.Ousted += follow ? 1 : 0;
            Displaced(job, job.RunEnd - _now, job.Loss.Cost);
            Stop(job, cause, sudden);
            stopped.Add(job);
        }

        if (sudden && Load[pool] > capacity * (1 + 1e-9))
        {
            // More than may fall behind has to stop: only where promised work takes the room of what would run at once.
            foreach (LiveJob job in _running.Where(job => job.Demands[pool] > 0).OrderBy(job => job.IsProtected(_now)).ThenBy(IsCritical).ThenByDescending(static job => job.Order).ToArray())
            {
                if (Load[pool] > capacity * (1 + 1e-9))
                {
                    Stop(job, cause, sudden);
                    stopped.Add(job);
                }
            }
        }

        foreach (LiveJob job in stopped)
        {
            if (job.State == OnlineJobState.Waiting && job.PlanStart < 0)
            {
                Again(job, _now + 1, "goes on where there is room");
            }
        }
    }

    /// <summary>The running jobs that may stop: all where they are few, else those of the least worth, as many as may be needed.</summary>
    private List<LiveJob> Candidates(int pool, double missing, bool includeProtected)
    {
        List<LiveJob> open = [.. _running.Where(job => job.Demands[pool] > 0 && (includeProtected || !job.IsProtected(_now)))];
        if (open.Count > MostLosses)
        {
            open.Sort((a, b) =>
            {
                int order = a.IsProtected(_now).CompareTo(b.IsProtected(_now));
                order = order != 0 ? order : a.WorthClass.CompareTo(b.WorthClass);
                return order != 0 ? order : b.Order.CompareTo(a.Order);
            });
            int most = 0;
            for (double freed = 0; most < open.Count && (most < MostLosses || freed < missing); most++)
            {
                freed += open[most].Demands[pool];
            }

            open.RemoveRange(most, open.Count - most);
        }

        return open;
    }

    /// <summary>Whether a run that was put off too often and stopped for others twice is not stopped for others again.</summary>
    private bool KeepsItsPlace(LiveJob job) => job.Ousted >= 2 && job.Displacements >= _options.MaxDisplacements;

    /// <summary>Above 1 for a tenant that uses more than the mean, below for one that uses less.</summary>
    private double Weight(LiveJob job, double mean) => mean <= 0 ? 1 : Math.Max(0.1, DominantShare(job.Tenant) / mean);

    /// <summary>What stopping a running job costs where there is no room for it: its rest elsewhere, risk and repeated work counted, against going on. Found once per event.</summary>
    private double LossOfStopping(LiveJob job)
    {
        if (job.Loss.Event != _event)
        {
            (double later, double goOn) = StopOrGoOn(job);
            job.Loss = (_event, Math.Max(0, later - goOn));
        }

        return job.Loss.Cost;
    }

    /// <summary>What the rest of a running job is expected to cost if it stops now, and if it goes on.</summary>
    private (double Later, double GoOn) StopOrGoOn(LiveJob job)
    {
        int left = job.LeftAfterStop(_now);
        int last = job.IsGuaranteed ? job.BackupStart + job.BackupLength - left : job.End - left;
        double failure = FailureOf(job, left, Math.Max(_now, last));
        if (last <= _now)
        {
            return (PenaltyOf(job), job.Job.Rate * _plan.PriceSum(_now, job.RunEnd - _now));
        }

        _plan.Use(job, _now, job.RunEnd - _now, -1);
        Search(job, _now + 1, left, last, out double later);
        double goOn = _value.GoOn(job, _now, last, failure);
        _plan.Use(job, _now, job.RunEnd - _now, 1);
        return (later, goOn);
    }

    /// <summary>Stops unprotected jobs that together lose less than a job is worth.</summary>
    private bool Clear(LiveJob job, double worth, string why)
    {
        if (!IsAllowed(job))
        {
            return false;
        }

        var stop = new List<LiveJob>();
        double[] freed = new double[_pools.Length];
        bool Enough()
        {
            for (int k = 0; k < _pools.Length; k++)
            {
                if (job.Demands[k] > 0 && Load[k] - freed[k] + job.Demands[k] > _actual[k] * (1 + 1e-9))
                {
                    return false;
                }
            }

            return true;
        }

        List<LiveJob> open = [.. _running.Where(other => !other.IsProtected(_now) && other.RunStart < _now && !KeepsItsPlace(other))];
        if (open.Count > MostLosses)
        {
            open.Sort(static (a, b) => a.WorthClass != b.WorthClass ? a.WorthClass.CompareTo(b.WorthClass) : b.Order.CompareTo(a.Order));
            open.RemoveRange(MostLosses, open.Count - MostLosses);
        }

        open.ForEach(other => LossOfStopping(other));
        open.Sort(static (a, b) => a.Loss.Cost != b.Loss.Cost ? a.Loss.Cost.CompareTo(b.Loss.Cost) : b.Order.CompareTo(a.Order));
        double free = _free;
        for (int i = 0; i < open.Count && !Enough(); i++)
        {
            if (_shadow is not null && IsCritical(open[i]))
            {
                double stake = StakeOf(open[i]);
                if (stake > free)
                {
                    continue;
                }

                free -= stake;
            }

            worth -= open[i].Loss.Cost;
            if (worth <= 0)
            {
                return false;
            }

            stop.Add(open[i]);
            for (int k = 0; k < _pools.Length; k++)
            {
                freed[k] += open[i].Demands[k];
            }
        }

        if (!Enough())
        {
            return false;
        }

        foreach (LiveJob other in stop)
        {
            _ = MayRest(other);
            other.Ousted++;
            Stop(other, $"{job.Job.Id} {why}");
            Again(other, _now + 1, "goes on where there is room");
        }

        return true;
    }
}
