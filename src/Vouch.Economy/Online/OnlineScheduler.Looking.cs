using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>What is looked at again after an event.</summary>
public sealed partial class OnlineScheduler
{
    /// <summary>The share of its penalty that the expected cost of a place must exceed before others are asked to make room.</summary>
    private const double WorthRoom = 0.2;

    private int _turn;

    /// <summary>Makes room for one of the jobs without a place, those of the largest penalties in turn.</summary>
    private bool RoomForHeld()
    {
        LiveJob[] held = [.. _waiting.Where(static job => job.PlanStart < 0).OrderByDescending(PenaltyOf).ThenBy(static job => job.Order)];
        if (held.Length == 0)
        {
            return false;
        }

        LiveJob next = held[_turn++ % held.Length];
        if (!Place(next, _now + 1, DecisionKind.Planned, "there is room again"))
        {
            Displace(next, _now + 1, PenaltyOf(next));
        }

        return true;
    }

    /// <summary>Looks at some of the waiting jobs, in turn, and moves those that gain enough.</summary>
    private void Look(bool begins = false)
    {
        int from = begins ? _now : _now + 1;
        int moves = Math.Max(1, (int)(_options.MovesPerEvent * _jobs.Count));
        bool mayDisplace = !RoomForHeld();
        for (int looks = Math.Min(_options.LooksPerEvent, _waiting.Count); looks > 0 && moves > 0 && _waiting.Count > 0; looks--)
        {
            _cursor = _cursor >= _waiting.Count ? 0 : _cursor;
            LiveJob job = _waiting[_cursor++];
            int old = job.PlanStart;
            Unplan(job);
            bool stands = old >= 0 && Fits(job, old);
            int start = Search(job, from, job.Left, job.LatestStart, out double cost);
            if (start < 0)
            {
                if (old >= 0)
                {
                    Put(job, old);
                }

                continue;
            }

            if (mayDisplace && start > _now + 1 && cost > PenaltyOf(job) * WorthRoom)
            {
                // Where the best place left is at high risk, others may have to make room.
                mayDisplace = false;
                if (Displace(job, _now + 1, cost))
                {
                    continue;
                }
            }

            if (start == old || (stands && !(CostAt(job, old) - cost > _options.MoveThreshold * Math.Abs(cost))))
            {
                Put(job, old);
                continue;
            }

            Put(job, start);
            moves--;
            Segment? before = old >= 0 ? new Segment(old, job.Left) : null;
            Decide(before is null ? DecisionKind.Planned : DecisionKind.Moved, job, stands ? "cheaper, the risk counted" : "its place is too full", before, new Segment(start, job.Left));
            if (start == _now && HasRoomNow(job))
            {
                Start(job, "due");
            }
            else if (start == _now)
            {
                Again(job, _now + 1);
            }
        }

        if (begins)
        {
            LookAtRunning();
        }
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
            double goOn = job.Job.Rate * _plan.PriceSum(_now, job.RunEnd - _now);
            int left = job.LeftAfterStop(_now);
            int last = job.IsGuaranteed ? job.BackupStart + job.BackupLength - left : job.End - left;
            if (goOn <= 0 || last <= _now)
            {
                continue;
            }

            _plan.Use(job, _now, job.RunEnd - _now, -1);
            int start = Search(job, _now + 1, left, last, out double later);
            _plan.Use(job, _now, job.RunEnd - _now, 1);
            if (start >= 0 && later + (_options.SwitchingCost * goOn) < goOn)
            {
                Stop(job, "the rest is cheaper later");
                Again(job, _now + 1);
            }
        }
    }
}
