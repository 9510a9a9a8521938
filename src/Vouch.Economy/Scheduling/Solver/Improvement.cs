namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Improves a plan by rounds of taking a few related jobs out and putting them back in another order (large neighbourhood search; P. Shaw, CP 1998). A round that does
/// not pay is taken back, so the plan is feasible and no worse after every round.
/// </summary>
internal sealed class Improvement(SolverModel model, PlacementSearch search, double[] penalty, SplitMix random)
{
    private const int LargestSet = 14;

    private readonly double[] _ideal = Ideals(model);
    private readonly int[] _idealStart = IdealStarts(model);
    private readonly List<int> _nearby = [];
    private readonly List<int> _set = [];
    private readonly List<Placement> _old = [];

    /// <summary>Runs so many rounds and returns how much was gained.</summary>
    public double Run(Plan plan, int rounds, SlotGuide? guide, Func<bool> mayGoOn)
    {
        double gained = 0;
        for (int round = 0; round < rounds && model.JobCount > 1 && mayGoOn(); round++)
        {
            Pick(plan);
            gained += Try(plan, guide is not null && random.Next(3) == 0 ? guide : null);
        }

        return gained;
    }

    /// <summary>Takes each job out once and puts it at its cheapest place, those with the most to gain first, until nothing moves.</summary>
    public void Descend(Plan plan, int passes, Func<bool> mayGoOn)
    {
        for (int pass = 0; pass < passes; pass++)
        {
            bool moved = false;
            foreach (int j in Enumerable.Range(0, model.JobCount).OrderByDescending(j => Excess(plan, j)).ThenBy(static j => j))
            {
                if (!mayGoOn())
                {
                    return;
                }

                if (Excess(plan, j) <= 0)
                {
                    continue;
                }

                _set.Clear();
                _set.Add(j);
                moved |= Try(plan, null) > 0;
            }

            if (!moved)
            {
                return;
            }
        }
    }

    private static double[] Ideals(SolverModel model)
    {
        var runs = new RelaxedRuns(model);
        double[] ideal = new double[model.JobCount];
        for (int j = 0; j < ideal.Length; j++)
        {
            ideal[j] = runs.Cheapest(j, model.PricePrefix, model.Rate[j], double.PositiveInfinity, null);
        }

        return ideal;
    }

    private static int[] IdealStarts(SolverModel model)
    {
        int[] start = new int[model.JobCount];
        for (int j = 0; j < start.Length; j++)
        {
            start[j] = model.Duration[j] > model.SlotCount ? -1 : model.Problem.Prices.CheapestWindow(model.Duration[j], model.Head[j], model.HardDue[j]);
        }

        return start;
    }

    /// <summary>What a job pays above its cheapest run by itself.</summary>
    private double Excess(Plan plan, int job) =>
        plan.IsPlaced(job) ? plan[job].Cost - _ideal[job] : double.IsPositiveInfinity(_ideal[job]) ? 0 : penalty[job];

    private void Pick(Plan plan)
    {
        _set.Clear();
        int from;
        int to;
        if (random.Next(2) == 0)
        {
            int lead = random.Next(model.JobCount);
            for (int i = 0; i < 3; i++)
            {
                int other = random.Next(model.JobCount);
                lead = Excess(plan, other) > Excess(plan, lead) ? other : lead;
            }

            _set.Add(lead);
            from = Math.Max(0, _idealStart[lead]);
            to = from + Math.Min(model.SlotCount, model.Duration[lead]);
            int margin = random.Next(model.Duration[lead] + 2);
            (from, to) = (from - margin, to + margin);
        }
        else
        {
            int width = 1 + random.Next(Math.Max(2, model.SlotCount / 12));
            from = random.Next(model.SlotCount);
            to = from + width;
        }

        _nearby.Clear();
        for (int j = 0; j < model.JobCount; j++)
        {
            ref readonly Placement place = ref plan[j];
            bool near = place.Start >= 0 ? place.Start < to && place.End > from : model.Head[j] < to && model.HardDue[j] > from;
            if (near && !_set.Contains(j))
            {
                _nearby.Add(j);
            }
        }

        int wanted = 1 + random.Next(LargestSet);
        while (_nearby.Count > 0 && _set.Count < wanted + 1)
        {
            int at = random.Next(_nearby.Count);
            _set.Add(_nearby[at]);
            _nearby[at] = _nearby[^1];
            _nearby.RemoveAt(_nearby.Count - 1);
        }
    }

    /// <summary>Takes the set out and puts it back; returns the gain, 0 where the old places were restored.</summary>
    private double Try(Plan plan, SlotGuide? guide)
    {
        double before = 0;
        _old.Clear();
        foreach (int j in _set)
        {
            _old.Add(plan[j]);
            before += plan.IsPlaced(j) ? plan[j].Cost : penalty[j];
        }

        foreach (int j in _set)
        {
            if (plan.IsPlaced(j))
            {
                plan.Remove(j);
            }
        }

        double after = Insert(plan, guide);
        if (after <= before)
        {
            return before - after;
        }

        foreach (int j in _set)
        {
            if (plan.IsPlaced(j))
            {
                plan.Remove(j);
            }
        }

        for (int i = 0; i < _set.Count; i++)
        {
            if (!_old[i].IsNone)
            {
                plan.Place(_set[i], _old[i]);
            }
        }

        return 0;
    }

    private double Insert(Plan plan, SlotGuide? guide)
    {
        int[] order = [.. _set];
        switch (random.Next(4))
        {
            case 0:
                Array.Sort(order, (a, b) => Compare(model.Demand[b * model.ResourceCount] * model.Duration[b], model.Demand[a * model.ResourceCount] * model.Duration[a], a, b));
                break;

            case 1:
                Array.Sort(order, (a, b) => Compare(penalty[b], penalty[a], a, b));
                break;

            case 2:
                // As picked: the lead first, the others at random.
                break;

            default:
                Shuffle(order);
                break;
        }

        double after = 0;
        for (int pass = 0; pass < (model.HasPrecedence ? 2 : 1); pass++)
        {
            foreach (int j in order)
            {
                if (plan.IsPlaced(j))
                {
                    continue;
                }

                Placement place = search.Cheapest(plan, j, guide);
                if (!place.IsNone && place.Cost <= penalty[j])
                {
                    plan.Place(j, place);
                }
            }
        }

        foreach (int j in order)
        {
            after += plan.IsPlaced(j) ? plan[j].Cost : penalty[j];
            if (!plan.IsPlaced(j) && Array.Exists(model.Successors[j], plan.IsPlaced))
            {
                return double.PositiveInfinity;
            }
        }

        return after;
    }

    private void Shuffle(int[] order)
    {
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }

    private static int Compare(double a, double b, int first, int second)
    {
        int sign = a.CompareTo(b);
        return sign != 0 ? sign : first.CompareTo(second);
    }
}
