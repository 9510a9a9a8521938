using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>How room is made for jobs that have no place.</summary>
public sealed partial class OnlineScheduler
{
    /// <summary>How many starts are tried when room is made for a job.</summary>
    private const int RoomTries = 4;

    /// <summary>How many jobs make room for one at most, and how many are looked at for it.</summary>
    private const int MostRemoved = 16;

    private const int MostOverlapping = 512;

    private int _longest = 1;

    /// <summary>Makes room for a job by planning others elsewhere, where that costs less than it saves.</summary>
    private bool Displace(LiveJob job, int from, double present)
    {
        int wanted = Search(job, from, job.Left, job.LatestStart, out _);
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

            int place = other.PlanStart;
            Unplan(other);
            removed.Add((other, place, CostAt(other, place)));
        }

        double change = -present;
        bool fits = Fits(job, start);
        if (fits)
        {
            change += CostAt(job, start);
            Put(job, start);
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
                MakesRoom(other, place, cost, job);
            }
        }

        return true;
    }

    private void MakesRoom(LiveJob other, int place, double cost, LiveJob job)
    {
        Segment? to = other.PlanStart >= 0 ? new Segment(other.PlanStart, other.Left) : null;
        bool worse = to is null || other.PlanStart > place;
        if (worse && ++other.Displacements == _options.MaxDisplacements)
        {
            int at = other.PlanStart;
            Unplan(other);
            other.WorthClass = ClassOf(other);
            if (at >= 0)
            {
                Put(other, at);
            }
        }

        _ = cost;
        Decide(to is null ? DecisionKind.Held : DecisionKind.Moved, other, $"makes room for {job.Job.Id}", new Segment(place, other.Left), to);
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

    /// <summary>The planned jobs in the way of a run that may be put off, those that are worth least first.</summary>
    private List<LiveJob> Overlapping(LiveJob job, int start)
    {
        double share = DominantShare(job.Tenant);
        var found = new List<LiveJob>();
        for (int slot = start + job.Left - 1; slot >= Math.Max(_now + 1, start - _longest + 1) && found.Count < MostOverlapping; slot--)
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

        found.Sort(static (a, b) => a.WorthClass != b.WorthClass ? a.WorthClass.CompareTo(b.WorthClass) : a.Order.CompareTo(b.Order));
        return found;
    }
}
