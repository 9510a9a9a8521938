namespace Vouch.Economy.Scheduling.Solver;

/// <summary>A partial schedule under construction: where each job stands, and what is left of every resource. Not safe to share.</summary>
internal sealed class Plan
{
    private readonly Placement[] _places;

    public Plan(SolverModel model)
    {
        Model = model;
        _places = new Placement[model.JobCount];
        Array.Fill(_places, Placement.None);
        Free = [.. model.Capacity.Select(static row => (double[])row.Clone())];
    }

    private Plan(Plan other)
    {
        Model = other.Model;
        _places = (Placement[])other._places.Clone();
        Free = [.. other.Free.Select(static row => (double[])row.Clone())];
    }

    public SolverModel Model { get; }

    /// <summary>What is left, per resource and slot.</summary>
    public double[][] Free { get; }

    public ref readonly Placement this[int job] => ref _places[job];

    public bool IsPlaced(int job) => _places[job].Start >= 0;

    public Plan Clone() => new(this);

    public void Place(int job, in Placement place)
    {
        _places[job] = place;
        Occupy(job, place, -1);
    }

    public void Remove(int job)
    {
        Occupy(job, _places[job], 1);
        _places[job] = Placement.None;
    }

    /// <summary>The first slot the job may use beside its placed predecessors, or -1 where one of them has no place.</summary>
    public int Earliest(int job)
    {
        int earliest = Model.Head[job];
        foreach (int p in Model.Predecessors[job])
        {
            if (!IsPlaced(p))
            {
                return -1;
            }

            earliest = Math.Max(earliest, _places[p].End);
        }

        return earliest;
    }

    /// <summary>The slot before which the job must end beside its placed successors.</summary>
    public int Latest(int job)
    {
        int latest = Model.Due[job];
        foreach (int s in Model.Successors[job])
        {
            if (IsPlaced(s))
            {
                latest = Math.Min(latest, _places[s].Start);
            }
        }

        return latest;
    }

    /// <summary>The cost, with the surrogate penalty for each job without a place.</summary>
    public double Score(double[] penalty)
    {
        double total = 0;
        for (int j = 0; j < _places.Length; j++)
        {
            total += _places[j].Start >= 0 ? _places[j].Cost : penalty[j];
        }

        return total;
    }

    public IReadOnlyDictionary<string, IReadOnlyList<Segment>> ToPlacements()
    {
        var result = new Dictionary<string, IReadOnlyList<Segment>>(_places.Length, StringComparer.Ordinal);
        for (int j = 0; j < _places.Length; j++)
        {
            if (_places[j].Start >= 0)
            {
                result.Add(Model.Jobs[j].Id, _places[j].Pieces ?? [new Segment(_places[j].Start, _places[j].End - _places[j].Start)]);
            }
        }

        return result;
    }

    private void Occupy(int job, in Placement place, int sign)
    {
        int k0 = job * Model.ResourceCount;
        for (int k = 0; k < Free.Length; k++)
        {
            double change = sign * Model.Demand[k0 + k];
            if (change == 0)
            {
                continue;
            }

            double[] free = Free[k];
            if (place.Pieces is null)
            {
                for (int t = place.Start; t < place.End; t++)
                {
                    free[t] += change;
                }

                continue;
            }

            foreach (Segment piece in place.Pieces)
            {
                for (int t = piece.Start; t < piece.End; t++)
                {
                    free[t] += change;
                }
            }
        }
    }
}
