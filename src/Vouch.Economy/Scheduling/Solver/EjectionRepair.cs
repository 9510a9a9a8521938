namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Finds places for jobs that have none: puts one where it displaces the least, and then looks for places for those it displaced. Jobs that prove hard to place become
/// dear to displace (ejection chains with penalty counters; Y. Nagata and O. Braeysy, <i>Operations Research Letters</i> 37, 2009).
/// </summary>
internal sealed class EjectionRepair(SolverModel model, PlacementSearch search, double[] penalty, SplitMix random)
{
    private const int CandidateStarts = 12;

    private readonly double[] _weight = (double[])penalty.Clone();
    private readonly List<int> _running = [];
    private readonly List<int> _ejected = [];
    private readonly double[] _lack = new double[model.SlotCount + 1];
    private readonly double[][] _room = [.. model.Capacity.Select(static row => new double[row.Length])];

    /// <summary>Tries so many steps; returns the best plan met, never a worse one than given.</summary>
    public Plan Run(Plan plan, int steps, SlotGuide? guide, Func<bool> mayGoOn)
    {
        Plan best = plan;
        double bestScore = plan.Score(penalty);
        Plan work = plan.Clone();
        var open = new List<int>();
        for (int j = 0; j < model.JobCount; j++)
        {
            if (!work.IsPlaced(j) && FeasibilityAnalysis.Alone(model, j) is null)
            {
                open.Add(j);
            }
        }

        for (int step = 0; open.Count > 0 && step < steps && mayGoOn(); step++)
        {
            int at = Next(open, work);
            if (at < 0)
            {
                break;
            }

            int job = open[at];
            open.RemoveAt(at);
            Placement place = search.Cheapest(work, job, guide);
            if (place.IsNone)
            {
                _weight[job] += penalty[job] + 1;
                place = Displace(work, job);
            }

            if (place.IsNone)
            {
                open.Add(job);
                continue;
            }

            foreach (int ejected in _ejected)
            {
                work.Remove(ejected);
                open.Add(ejected);
            }

            _ejected.Clear();
            work.Place(job, place);
            if (open.Count == 0 || step % 4 == 0)
            {
                double score = work.Score(penalty);
                if (score < bestScore)
                {
                    (best, bestScore) = (work.Clone(), score);
                }
            }
        }

        return best;
    }

    /// <summary>The open job that matters most among those whose predecessors have a place.</summary>
    private int Next(List<int> open, Plan plan)
    {
        int best = -1;
        int offset = random.Next(open.Count);
        for (int i = 0; i < open.Count; i++)
        {
            int at = (i + offset) % open.Count;
            if (plan.Earliest(open[at]) >= 0 && (best < 0 || _weight[open[at]] > _weight[open[best]]))
            {
                best = at;
            }
        }

        return best;
    }

    /// <summary>Where the job displaces the least weight; the displaced jobs are left in <see cref="_ejected"/>.</summary>
    private Placement Displace(Plan plan, int job)
    {
        int from = plan.Earliest(job);
        int to = model.Due[job];
        int length = model.Duration[job];
        if (from < 0 || to - from < length)
        {
            return Placement.None;
        }

        FindRunning(plan, from, to);
        PriorityQueue<int, (double, int)> starts = Starts(plan, job, from, to, length);
        int bestStart = -1;
        double bestWeight = double.PositiveInfinity;
        var chosen = new List<int>();
        for (int tried = 0; tried < CandidateStarts && starts.TryDequeue(out int start, out _); tried++)
        {
            double weight = Choose(plan, job, start, start + length, bestWeight, chosen);
            if (weight < bestWeight)
            {
                (bestWeight, bestStart) = (weight, start);
                _ejected.Clear();
                _ejected.AddRange(chosen);
            }
        }

        return bestStart < 0 ? Placement.None : search.One(job, bestStart, 0);
    }

    private void FindRunning(Plan plan, int from, int to)
    {
        _running.Clear();
        for (int j = 0; j < model.JobCount; j++)
        {
            ref readonly Placement place = ref plan[j];
            if (place.Start >= 0 && place.Start < to && place.End > from)
            {
                _running.Add(j);
            }
        }
    }

    private PriorityQueue<int, (double, int)> Starts(Plan plan, int job, int from, int to, int length)
    {
        for (int t = from; t < to; t++)
        {
            double lack = 0;
            for (int k = 0; k < plan.Free.Length; k++)
            {
                double missing = model.Demand[(job * model.ResourceCount) + k] - plan.Free[k][t];
                lack += missing > 0 ? missing / Math.Max(double.Epsilon, model.Capacity[k][t]) : 0;
            }

            _lack[t - from + 1] = (t == from ? 0 : _lack[t - from]) + (model.IsOpen(job, t) ? lack : 1e9);
        }

        _lack[0] = 0;
        var starts = new PriorityQueue<int, (double, int)>();
        for (int start = from; start <= to - length; start++)
        {
            double lack = _lack[start + length - from] - _lack[start - from];
            if (lack < 1e9)
            {
                starts.Enqueue(start, (lack * (1 + (0.25 * random.Next(5))), start));
            }
        }

        return starts;
    }

    /// <summary>The weight of the jobs to displace from a window, lightest first for the room they give; infinite where that is not below the limit.</summary>
    private double Choose(Plan plan, int job, int from, int to, double limit, List<int> chosen)
    {
        chosen.Clear();
        double total = 0;
        for (int k = 0; k < _room.Length; k++)
        {
            Array.Copy(plan.Free[k], from, _room[k], from, to - from);
        }

        for (int t = from; t < to; t++)
        {
            while (LacksRoom(job, t, out int k, out double lack))
            {
                int best = -1;
                double bestRatio = double.PositiveInfinity;
                foreach (int i in _running)
                {
                    double demand = model.Demand[(i * model.ResourceCount) + k];
                    if (demand > 0 && Occupies(plan[i], t) && !chosen.Contains(i) && !model.Predecessors[job].Contains(i))
                    {
                        double ratio = _weight[i] / Math.Min(demand, lack);
                        if (ratio < bestRatio)
                        {
                            (best, bestRatio) = (i, ratio);
                        }
                    }
                }

                if (best < 0 || !Add(plan, job, best, from, to, chosen, ref total) || total >= limit)
                {
                    return double.PositiveInfinity;
                }
            }
        }

        // Successors that would start before the job ends have to go, too.
        foreach (int s in model.Successors[job])
        {
            if (plan.IsPlaced(s) && plan[s].Start < to && !chosen.Contains(s) && (!Add(plan, job, s, from, to, chosen, ref total) || total >= limit))
            {
                return double.PositiveInfinity;
            }
        }

        return total;
    }

    /// <summary>Takes a job and all that wait for it out of the room's reckoning.</summary>
    private bool Add(Plan plan, int forJob, int ejected, int from, int to, List<int> chosen, ref double total)
    {
        if (model.Predecessors[forJob].Contains(ejected))
        {
            return false;
        }

        chosen.Add(ejected);
        total += _weight[ejected];
        Segment[] pieces = plan[ejected].Pieces ?? [new Segment(plan[ejected].Start, plan[ejected].End - plan[ejected].Start)];
        foreach (Segment piece in pieces)
        {
            for (int t = Math.Max(from, piece.Start); t < Math.Min(to, piece.End); t++)
            {
                for (int k = 0; k < _room.Length; k++)
                {
                    _room[k][t] += model.Demand[(ejected * model.ResourceCount) + k];
                }
            }
        }

        foreach (int s in model.Successors[ejected])
        {
            if (plan.IsPlaced(s) && !chosen.Contains(s) && !Add(plan, forJob, s, from, to, chosen, ref total))
            {
                return false;
            }
        }

        return true;
    }

    private bool LacksRoom(int job, int t, out int resource, out double lack)
    {
        for (int k = 0; k < _room.Length; k++)
        {
            lack = model.Demand[(job * model.ResourceCount) + k] - _room[k][t];
            if (lack > 0)
            {
                resource = k;
                return true;
            }
        }

        resource = 0;
        lack = 0;
        return false;
    }

    private static bool Occupies(in Placement place, int slot)
    {
        if (place.Start > slot || place.End <= slot)
        {
            return false;
        }

        return place.Pieces is null || Array.Exists(place.Pieces, piece => piece.Start <= slot && slot < piece.End);
    }
}
