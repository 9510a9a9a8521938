namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Finds the cheapest place of a job in what a plan leaves free. Holds scratch memory: one per thread.</summary>
internal sealed class PlacementSearch(SolverModel model)
{
    private readonly PieceSearch _pieces = new(model);
    private readonly double[] _cost = new double[model.SlotCount];
    private readonly int[] _slot = new int[model.SlotCount];
    private readonly bool[] _fits = new bool[model.SlotCount];

    /// <summary>The cheapest place by the guide (by price where null), the earliest among equals; <see cref="Placement.None"/> where nothing is free.</summary>
    public Placement Cheapest(Plan plan, int job, SlotGuide? guide = null)
    {
        int from = plan.Earliest(job);
        int to = from < 0 ? -1 : plan.Latest(job);
        return to - from < model.Duration[job] || from < 0 ? Placement.None : Cheapest(plan, job, from, to, guide);
    }

    /// <summary>The cheapest place inside a window.</summary>
    public Placement Cheapest(Plan plan, int job, int from, int to, SlotGuide? guide)
    {
        double scale = guide is null ? model.Rate[job] : 1;
        double[] prefix = guide is null ? model.PricePrefix : guide.Of(job);
        switch (model.Pieces[job].Kind)
        {
            case PieceKind.One:
                int start = OnePiece(plan.Free, job, from, to, prefix, out double guided);
                return start < 0 ? Placement.None : One(job, start, guided * scale);

            case PieceKind.AnySlots:
                return AnySlots(plan.Free, job, from, to, prefix, scale);

            default:
                MarkFits(plan.Free, job, from, to);
                Segment[]? pieces = _pieces.Cheapest(job, _fits, from, to, prefix, out double sum);
                return pieces is null ? Placement.None : Several(job, pieces, sum * scale);
        }
    }

    /// <summary>What the cheapest place inside a window costs by the guide; where cutting into pieces is laborious, the cheapest place in one piece.</summary>
    public double CheapestOrOnePiece(Plan plan, int job, int from, int to, SlotGuide? guide)
    {
        if (model.Pieces[job].Kind != PieceKind.Pieces)
        {
            return Cheapest(plan, job, from, to, guide).Guided;
        }

        OnePiece(plan.Free, job, from, to, guide is null ? model.PricePrefix : guide.Of(job), out double guided);
        return guided * (guide is null && model.Rate[job] > 0 ? model.Rate[job] : 1);
    }

    /// <summary>The earliest place in one piece at or after a slot, ending in time.</summary>
    public Placement Earliest(Plan plan, int job, int from, int to)
    {
        int length = model.Duration[job];
        int run = 0;
        for (int t = from; t < to; t++)
        {
            run = Fits(plan.Free, job, t) ? run + 1 : 0;
            if (run == length)
            {
                return One(job, t + 1 - length, 0);
            }
        }

        return Placement.None;
    }

    public Placement One(int job, int start, double guided)
    {
        int end = start + model.Duration[job];
        return new Placement(start, end, null, model.Rate[job] * (model.PricePrefix[end] - model.PricePrefix[start]), guided);
    }

    public bool Fits(double[][] free, int job, int slot)
    {
        int k0 = job * model.ResourceCount;
        for (int k = 0; k < free.Length; k++)
        {
            if (free[k][slot] < model.Demand[k0 + k])
            {
                return false;
            }
        }

        return true;
    }

    private int OnePiece(double[][] free, int job, int from, int to, double[] prefix, out double best)
    {
        int length = model.Duration[job];
        int start = -1;
        int run = 0;
        best = double.PositiveInfinity;
        if (free.Length == 1)
        {
            double demand = model.Demand[job];
            double[] row = free[0];
            for (int t = from; t < to; t++)
            {
                if (row[t] < demand)
                {
                    run = 0;
                }
                else if (++run >= length)
                {
                    double cost = prefix[t + 1] - prefix[t + 1 - length];
                    if (cost < best)
                    {
                        (best, start) = (cost, t + 1 - length);
                    }
                }
            }

            return start;
        }

        for (int t = from; t < to; t++)
        {
            run = Fits(free, job, t) ? run + 1 : 0;
            if (run >= length)
            {
                double cost = prefix[t + 1] - prefix[t + 1 - length];
                if (cost < best)
                {
                    (best, start) = (cost, t + 1 - length);
                }
            }
        }

        return start;
    }

    private Placement AnySlots(double[][] free, int job, int from, int to, double[] prefix, double scale)
    {
        int length = model.Duration[job];
        int count = 0;
        for (int t = from; t < to; t++)
        {
            if (Fits(free, job, t))
            {
                _slot[count] = t;
                _cost[count++] = prefix[t + 1] - prefix[t];
            }
        }

        if (count < length)
        {
            return Placement.None;
        }

        // All slots below the length-th smallest cost, and the earliest of those equal to it.
        double limit = Selection.Smallest(_cost, count, length - 1);
        int below = 0;
        for (int i = 0; i < count; i++)
        {
            double cost = prefix[_slot[i] + 1] - prefix[_slot[i]];
            below += cost < limit ? 1 : 0;
        }

        int equal = length - below;
        var pieces = new List<Segment>();
        int pieceStart = -1;
        int pieceEnd = -1;
        double guided = 0;
        for (int i = 0; i < count; i++)
        {
            int t = _slot[i];
            double cost = prefix[t + 1] - prefix[t];
            if (cost < limit || (cost == limit && equal-- > 0))
            {
                guided += cost;
                if (t == pieceEnd)
                {
                    pieceEnd++;
                    continue;
                }

                if (pieceStart >= 0)
                {
                    pieces.Add(new Segment(pieceStart, pieceEnd - pieceStart));
                }

                (pieceStart, pieceEnd) = (t, t + 1);
            }
        }

        pieces.Add(new Segment(pieceStart, pieceEnd - pieceStart));
        return Several(job, [.. pieces], guided * scale);
    }

    private Placement Several(int job, Segment[] pieces, double guided)
    {
        double cost = 0;
        foreach (Segment piece in pieces)
        {
            cost += model.Rate[job] * (model.PricePrefix[piece.End] - model.PricePrefix[piece.Start]);
        }

        return new Placement(pieces[0].Start, pieces[^1].End, pieces.Length == 1 ? null : pieces, cost, guided);
    }

    private void MarkFits(double[][] free, int job, int from, int to)
    {
        for (int t = from; t < to; t++)
        {
            _fits[t] = Fits(free, job, t);
        }
    }
}
