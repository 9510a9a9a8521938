using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>What is looked at again after an event.</summary>
public sealed partial class OnlineScheduler
{
    private readonly List<(LiveJob Job, double Gain)> _better = [];

    /// <summary>Jobs that would rather run now than where they are planned, if it were not for others: where tenants compete, they have a say in what starts.</summary>
    private readonly List<LiveJob> _eager = [];

    /// <summary>Jobs that were looked at and have no place in the plan.</summary>
    private readonly List<LiveJob> _held = [];

    /// <summary>Looks at more of the waiting jobs again, those whose turn it is: for a host that has time between two events, on no other thread.</summary>
    /// <param name="looks">How many jobs are looked at, 0 or more; more than wait means all of them once.</param>
    /// <returns>What was moved or started. Starts count from the beginning of the slot that runs.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="looks"/> is negative.</exception>
    /// <remarks>
    /// Events touch a bounded number of jobs (<see cref="OnlineSchedulerOptions.LooksPerEvent"/>), however many wait. Called once in each slot with as many looks as can be afforded, plans
    /// follow prices and capacity sooner and the result is better; never called, every job is still looked at in turn. Each call moves no more than <see cref="OnlineSchedulerOptions.MovesPerEvent"/> allows.
    /// </remarks>
    public Replan Improve(int looks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(looks);
        Open();
        if (_now < _plan.Slots)
        {
            Look(looks, begins: _now >= 0);
            if (_now >= 0)
            {
                StartDue();
                TryHeld();
                LastCall();
            }
        }

        return Close("there is time to look again");
    }

    /// <summary>Looks at some of the waiting jobs, in turn, and moves those that gain most; of those without a place, room is made for the one of the largest penalty.</summary>
    private void Look(int looks, bool begins = false)
    {
        int from = begins ? _now : _now + 1;
        LiveJob? held = null;
        _better.Clear();
        _eager.Clear();
        _held.Clear();
        for (looks = Math.Min(looks, _waiting.Count); looks > 0; looks--)
        {
            _cursor = _cursor >= _waiting.Count ? 0 : _cursor;
            LiveJob job = _waiting[_cursor++];
            int old = job.PlanStart;
            Unplan(job);
            if (Best(job, from, old, out double gain) >= 0)
            {
                _better.Add((job, gain));
            }
            else if (old < 0)
            {
                held = held is null || PenaltyOf(job) > PenaltyOf(held) ? job : held;
                _held.Add(job);
            }

            if (old >= 0)
            {
                Put(job, old);
            }
        }

        Move(from);
        if (held is not null)
        {
            Displace(held, _now + 1, PenaltyOf(held));
        }
    }

    private void Move(int from)
    {
        int moves = Math.Max(1, (int)(_options.MovesPerEvent * _jobs.Count));
        _better.Sort(static (a, b) => a.Gain != b.Gain ? b.Gain.CompareTo(a.Gain) : a.Job.Order.CompareTo(b.Job.Order));
        foreach ((LiveJob job, _) in _better)
        {
            if (moves == 0)
            {
                return;
            }

            int old = job.PlanStart;
            Unplan(job);
            int start = Best(job, from, old, out _);
            if (start < 0)
            {
                if (old >= 0)
                {
                    Put(job, old);
                }

                continue;
            }

            if (old >= 0 && start > old && _plan.PriceSum(start, job.Left) >= _plan.PriceSum(old, job.Left) && ++job.Displacements == _options.MaxDisplacements)
            {
                // It moved back for others and not for a better price.
                job.WorthClass = ClassOf(job);
            }

            Put(job, start);
            moves--;
            Segment? before = old >= 0 ? new Segment(old, job.Left) : null;
            Decide(before is null ? DecisionKind.Planned : DecisionKind.Moved, job, "cheaper, the risk counted", before, new Segment(start, job.Left));
        }
    }

    /// <summary>The start to which it is worth to move a job that is not in the plan, or -1.</summary>
    private int Best(LiveJob job, int from, int old, out double gain)
    {
        gain = 0;
        from = Math.Max(from, job.HeldBackAt + 1);
        int start = Search(job, from, job.Left, job.LatestStart, out double cost);
        if (_tenants.Count > 1 && from == _now && start > _now && job.Job.Release <= _now && AfterPredecessors(job) <= _now && _value.Alone(_now) < _value.Alone(start))
        {
            _eager.Add(job);
        }

        if (start < 0 || start == old)
        {
            return -1;
        }

        gain = old >= 0 ? _value.Expected(old) - cost : PenaltyOf(job) - cost;
        return old < 0 || gain > _options.MoveThreshold * Math.Abs(cost) ? start : -1;
    }

    /// <summary>Pauses running jobs whose rest is so much cheaper later that the switching cost is earned; half of the pieces are left for losses of capacity.</summary>
    private void LookAtRunning()
    {
        int looks = _options.LooksPerEvent;
        LiveJob[] running = [.. _running];
        for (int i = 0; i < running.Length; i++)
        {
            LiveJob job = running[(int)(((long)_event + i) % running.Length)];
            if (looks == 0)
            {
                return;
            }

            if (!job.IsPreemptible || job.IsProtected(_now) || !job.Keeps(_now) || 2 * (job.Kept.Count + 1) >= job.Job.Preemption!.MaxSegments)
            {
                continue;
            }

            looks--;
            double rest = job.Job.Rate * _plan.PriceSum(_now, job.RunEnd - _now);
            if (rest <= 0)
            {
                continue;
            }

            (double later, double goOn) = StopOrGoOn(job);
            int last = job.IsGuaranteed ? job.BackupStart + job.BackupLength - job.LeftAfterStop(_now) : job.End - job.LeftAfterStop(_now);
            int start = later < goOn ? Search(job, _now + 1, job.LeftAfterStop(_now), last, out _) : -1;
            if (start >= 0 && (job.Job.Rate * _plan.PriceSum(start, job.LeftAfterStop(_now))) + (_options.SwitchingCost * rest) < rest && MayRest(job))
            {
                Stop(job, "the rest is cheaper later");
                Again(job, _now + 1);
            }
        }
    }
}
