using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>What is looked at again after an event.</summary>
public sealed partial class OnlineScheduler
{
    private readonly List<(LiveJob Job, double Gain)> _better = [];
    private int _turn;

    /// <summary>Makes room for one of the jobs without a place, those of the largest penalties in turn.</summary>
    private void RoomForHeld()
    {
        LiveJob[] held = [.. _waiting.Where(static job => job.PlanStart < 0).OrderByDescending(PenaltyOf).ThenBy(static job => job.Order)];
        if (held.Length == 0)
        {
            return;
        }

        LiveJob next = held[_turn++ % held.Length];
        if (!Place(next, _now + 1, DecisionKind.Planned, "there is room again"))
        {
            Displace(next, _now + 1, PenaltyOf(next));
        }
    }

    /// <summary>Looks at some of the waiting jobs, in turn, and moves those that gain most.</summary>
    private void Look(bool begins = false)
    {
        int from = begins ? _now : _now + 1;
        RoomForHeld();
        _better.Clear();
        for (int looks = Math.Min(_options.LooksPerEvent, _waiting.Count); looks > 0; looks--)
        {
            _cursor = _cursor >= _waiting.Count ? 0 : _cursor;
            LiveJob job = _waiting[_cursor++];
            int old = job.PlanStart;
            Unplan(job);
            if (Best(job, from, old, out double gain) >= 0)
            {
                _better.Add((job, gain));
            }

            if (old >= 0)
            {
                Put(job, old);
            }
        }

        int moves = Math.Max(1, (int)(_options.MovesPerEvent * _jobs.Count));
        _better.Sort(static (a, b) => a.Gain != b.Gain ? b.Gain.CompareTo(a.Gain) : a.Job.Order.CompareTo(b.Job.Order));
        foreach ((LiveJob job, _) in _better)
        {
            if (moves == 0)
            {
                break;
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
        int start = Search(job, from, job.Left, job.LatestStart, out double cost);
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
        foreach (LiveJob job in _running.ToArray())
        {
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
            if (start >= 0 && (job.Job.Rate * _plan.PriceSum(start, job.LeftAfterStop(_now))) + (_options.SwitchingCost * rest) < rest)
            {
                Stop(job, "the rest is cheaper later");
                Again(job, _now + 1);
            }
        }
    }
}
