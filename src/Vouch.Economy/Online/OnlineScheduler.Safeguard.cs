namespace Vouch.Economy.Online;

/// <summary>What keeps the cost from exceeding that of running every job at once by more than is allowed.</summary>
/// <remarks>
/// Beside the real world a shadow runs every job at once (<see cref="RunNowShadow"/>). A job is abreast of its twin there while it has no more work left than the twin: it can then still run in
/// the slots in which the twin runs, at no more than the twin costs, whatever happens to capacity, because what the shadow runs fits. A job that is not abreast may lose its penalty. What was
/// paid, these penalties and what is begun without a twin that runs, less what the shadow paid, is what can still go wrong; no decision lets it exceed what is allowed. Where nothing is left of
/// that, jobs run as their twins do.
/// </remarks>
public sealed partial class OnlineScheduler
{
    private readonly HashSet<LiveJob> _open = [];
    private readonly List<LiveJob> _changed = [];
    private readonly List<LiveJob> _critical = [];
    private readonly RunNowShadow? _shadow;
    private double _sum;
    private double _put;
    private double _highest;
    private double _lowest;
    private double _stake;
    private double _largest;
    private double _spent;
    private double _free;

    /// <summary>Gets by how much the whole can still end dearer than running every job at once, in the worst case, against what is allowed.</summary>
    internal (double Worst, double Allowed) Exposure => (_spent, Allowed);

    private double Allowed => _options.SafeguardAllowance is not > 0 ? 0 : Math.Max(_stake * _options.SafeguardAllowance.Value, _largest);

    private static double StatedPenalty(LiveJob job) => job.Job.Penalty ?? 0;

    /// <summary>What a job that is not abreast of its twin may cost beside what was paid: its penalty; with a promise, its run on the floor.</summary>
    private double AtRisk(LiveJob job) => job.IsGuaranteed ? Math.Min(StatedPenalty(job), job.Job.Rate * job.Left * _plan.Highest) : StatedPenalty(job);

    /// <summary>Pays for the slot that ends.</summary>
    private void PaySlot()
    {
        if (_shadow is null || _now < 0)
        {
            return;
        }

        double price = _plan.Prices[_now];
        _shadow.Pay(price);
        foreach (LiveJob job in _running)
        {
            job.Paid += job.Job.Rate * price;
            job.Earned += job.Job.Rate * Math.Max(0, -price);
        }
    }

    /// <summary>Lets the shadow do what it would, and finds out what can still be risked.</summary>
    private void Guard(bool begins)
    {
        if (_shadow is null)
        {
            return;
        }

        if (begins)
        {
            _shadow.Begin(_now, _actual, _plan.Prices);
            foreach (LiveJob job in _shadow.Arrivals(_now))
            {
                _open.Add(job);
                _changed.Add(job);
                _stake += StatedPenalty(job);
            }
        }
        else
        {
            _shadow.StopExcess(_now, _actual, _plan.Prices);
        }

        Reckon();
        _critical.Clear();
        foreach (LiveJob job in _shadow.Running)
        {
            if (IsCritical(job))
            {
                _critical.Add(job);
            }
        }

        StopWhatWasPutUp();
    }

    /// <summary>Adds up what can go wrong: again only for the jobs about which something changed.</summary>
    private void Reckon()
    {
        if (_plan.Highest != _highest || _plan.Lowest != _lowest)
        {
            (_highest, _lowest) = (_plan.Highest, _plan.Lowest);
            _changed.AddRange(_open);
        }

        _changed.AddRange(_shadow!.Changed);
        _shadow.Changed.Clear();
        foreach (LiveJob job in _changed)
        {
            ReckonWithSuccessors(job);
        }

        _changed.Clear();
        _running.ForEach(ReckonWithSuccessors);
        _shadow.Running.ForEach(ReckonWithSuccessors);
        _spent = _sum;
        _free = Allowed - _spent - _put;
    }

    private void ReckonWithSuccessors(LiveJob job)
    {
        Reckon(job);
        job.Successors.ForEach(ReckonWithSuccessors);
    }

    private void Reckon(LiveJob job)
    {
        if (job.Twin is not { } twin || !_open.Contains(job))
        {
            return;
        }

        _largest = Math.Max(_largest, StatedPenalty(job) + (job.Job.Rate * job.Job.DurationSlots * _plan.Highest));
        bool over = job.State is OnlineJobState.Finished or OnlineJobState.Rejected;
        double excess = job.Paid - twin.Cost + Earnable(job, twin);
        double put = 0;
        if (over)
        {
            excess += job.State == OnlineJobState.Rejected ? StatedPenalty(job) : 0;
            if (twin.IsOver)
            {
                _open.Remove(job);
            }
        }
        else
        {
            bool risked = twin.State == OnlineJobState.Rejected || IsBehind(job);
            bool led = IsLed(job);
            excess += (risked ? AtRisk(job) : 0) + (led ? 0 : job.Earned) + (job.State == OnlineJobState.Running && !led ? Rest(job) : 0);
            put = job.State == OnlineJobState.Waiting && risked ? RunCost(job) : 0;
        }

        _sum += excess - job.Excess;
        _put += put - job.Put;
        (job.Excess, job.Put) = (excess, put);
    }

    /// <summary>What negative prices that are known may still pay for the twin.</summary>
    private double Earnable(LiveJob job, RunNowTwin twin) =>
        twin.IsOver || _plan.Lowest >= 0 ? 0 : -job.Job.Rate * twin.LeftAt(_now) * _plan.Lowest;

    private double RunCost(LiveJob job) => job.Job.Rate * _plan.PositiveSum(_now, job.Left);

    private double Rest(LiveJob job) => job.Job.Rate * _plan.PositiveSum(_now, job.RunEnd - _now);

    /// <summary>Whether a job has more work left than its twin, or waits for one that has.</summary>
    private bool IsBehind(LiveJob job)
    {
        int left = job.State == OnlineJobState.Running ? job.RunEnd - _now : job.Left;
        if (left > job.Twin!.LeftAt(_now))
        {
            return true;
        }

        foreach (LiveJob before in job.Predecessors)
        {
            if (before.State != OnlineJobState.Finished && (before.State == OnlineJobState.Rejected || before.Twin is null || IsBehind(before)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the twin of a job that is abreast of it runs now.</summary>
    private bool IsLed(LiveJob job) => job.Twin is { State: OnlineJobState.Running } && !IsBehind(job);

    /// <summary>Whether a job that is abreast of its twin falls behind unless it runs in this slot.</summary>
    private bool IsCritical(LiveJob job) =>
        (job.State is OnlineJobState.Waiting or OnlineJobState.Running) && job.FreedAt != _now && IsLed(job)
        && (job.State == OnlineJobState.Running ? job.LeftAfterStop(_now, sudden: true) : job.Left) > job.Twin!.LeftAt(_now) - 1
        && Array.TrueForAll(job.Predecessors, static before => before.State == OnlineJobState.Finished);

    /// <summary>What is put up when a job falls behind: its penalty, those of what waits for it, and what it costs to run it all the same.</summary>
    private double StakeOf(LiveJob job)
    {
        double stake = AtRisk(job) + job.Earned + RunCost(job);
        foreach (LiveJob after in job.Successors)
        {
            stake += after.State is OnlineJobState.Finished or OnlineJobState.Rejected || after.Twin is null or { State: OnlineJobState.Rejected } ? 0 : StakeOf(after);
        }

        return stake;
    }

    /// <summary>Whether a job may stand still in this slot; what that risks is put up.</summary>
    private bool MayRest(LiveJob job)
    {
        if (_shadow is null || !IsCritical(job))
        {
            return true;
        }

        double stake = StakeOf(job);
        if (stake > _free)
        {
            return false;
        }

        _free -= stake;
        _spent += stake;
        job.FreedAt = _now;
        return true;
    }

    /// <summary>Whether what a job would put up by running now is allowed.</summary>
    private bool IsAllowed(LiveJob job)
    {
        if (_shadow is null || job.Twin is null || IsLed(job) || (job.IsGuaranteed && job.BackupStart <= _now))
        {
            return true;
        }

        bool risked = job.Twin.State == OnlineJobState.Rejected || IsBehind(job);
        return RunCost(job) <= (risked ? Allowed - _spent : _free);
    }

    /// <summary>Puts up what a run that begins costs.</summary>
    private void PutUp(LiveJob job)
    {
        if (_shadow is null || job.Twin is null || IsLed(job))
        {
            return;
        }

        double cost = RunCost(job);
        _spent += cost;
        _free -= job.Twin.State == OnlineJobState.Rejected || IsBehind(job) ? 0 : cost;
    }

    /// <summary>Where prices rose after runs began that no twin leads, stops some before they cost more than is allowed.</summary>
    private void StopWhatWasPutUp()
    {
        if (_spent <= Allowed)
        {
            return;
        }

        double due = 0;
        double rests = 0;
        List<LiveJob> alone = [.. _running.Where(job => job.Twin is not null && !IsLed(job) && !job.IsProtected(_now))];
        foreach (LiveJob job in alone)
        {
            due += Math.Max(0, job.Job.Rate * _plan.Prices[_now]);
            rests += Rest(job);
        }

        // Without the rests of these runs, what can go wrong is what was allowed before.
        double least = _spent - rests;
        foreach (LiveJob job in alone.OrderByDescending(static job => job.Job.Rate).ThenBy(static job => job.Order))
        {
            if (least + due <= Allowed)
            {
                return;
            }

            due -= Math.Max(0, job.Job.Rate * _plan.Prices[_now]);
            _spent -= Rest(job);
            Stop(job, "prices rose: more is not to be risked for it");
            Again(job, _now + 1, "goes on where there is room");
        }
    }

    /// <summary>Runs the jobs that may not fall behind their twins.</summary>
    private void Follow(bool all)
    {
        if (_critical.Count == 0)
        {
            return;
        }

        foreach (LiveJob job in _critical.Where(job => job.State == OnlineJobState.Waiting && (all || job.PlanStart != _now)).OrderBy(job => StatedPenalty(job) / ShareOf(job)).ThenBy(static job => job.Order).ToArray())
        {
            if (job.State != OnlineJobState.Waiting || MayRest(job))
            {
                continue;
            }

            for (int k = 0; k < _pools.Length; k++)
            {
                if (job.Demands[k] > 0 && Load[k] + job.Demands[k] > _actual[k] * (1 + 1e-9))
                {
                    StopFor(k, _actual[k] - job.Demands[k], includeProtected: false, $"{job.Job.Id} may wait no longer", follow: true);
                }
            }

            if (HasRoomNow(job))
            {
                Unplan(job);
                Put(job, _now);
                Start(job, "waiting longer could cost more than running at once by more than is allowed");
            }
        }
    }

    /// <summary>Remembers that something changed about a job.</summary>
    private void Note(LiveJob job)
    {
        if (_shadow is not null)
        {
            _changed.Add(job);
        }
    }

    /// <summary>What lost work cost beyond what was paid for it: nothing was earned at negative prices.</summary>
    private void Lose(LiveJob job, int from, int to)
    {
        if (_shadow is null)
        {
            return;
        }

        for (int slot = from; slot < to && _plan.Lowest < 0; slot++)
        {
            job.Paid += job.Job.Rate * Math.Max(0, -_plan.Prices[slot]);
        }
    }
}
