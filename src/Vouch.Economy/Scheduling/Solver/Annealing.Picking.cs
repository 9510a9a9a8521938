namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class Annealing
{
    private void Pick()
    {
        _count = 0;
        _before = 0;
        _floor = 0;
        _undo.Clear();
        _joins = _joinEvery > 0 && _random.Next(_joinEvery) == 0;
        int lead = _unplaced.Count > 0 && _random.Next(4) == 0 ? _unplaced[_random.Next(_unplaced.Count)] : _jobs[_random.Next(_jobs.Length)];
        bool pull = _random.Next(2) == 0 && !(_joins && _random.Next(2) == 0);
        if (pull || _random.Next(2) == 0)
        {
            int looks = 1 + _random.Next(4);
            double excess = Excess(lead);
            for (int i = 0; i < looks; i++)
            {
                int other = _jobs[_random.Next(_jobs.Length)];
                double its = Excess(other);
                if (its > excess)
                {
                    (lead, excess) = (other, its);
                }
            }
        }

        Add(lead);
        _leadFirst = pull && _random.Next(4) != 0;
        if (_model.HasPrecedence)
        {
            AddRelatives(lead);
        }

        if (pull)
        {
            bool wasOut = _undo.IsEmpty(0);
            int relatives = _count;
            Pull(lead);
            for (int i = 1; i < relatives && wasOut; i++)
            {
                // Of a chain that has no place at all every job needs one.
                if (_undo.IsEmpty(i))
                {
                    Pull(_removed[i]);
                }
            }

            return;
        }

        int length = Math.Min(_model.Duration[lead], _model.SlotCount);
        int from = _model.Head[lead] + _random.Next(Math.Max(1, _model.HardDue[lead] - _model.Head[lead] - length + 1));
        int to = Math.Min(_model.SlotCount, from + length);
        int margin = _random.Next(length + 1);
        from = Math.Max(0, from - _random.Next(margin + 1));
        to = Math.Min(_model.SlotCount, to + _random.Next(margin + 1));
        int wanted = _joins ? 3 + _random.Next(JointInsertion.MostJobs - 2) : Math.Min(2 + (int)(-Math.Log(_random.NextUnit()) * MeanRemoved), MostRemoved);
        for (int tries = 0; tries < wanted * 3 && _count < wanted && from < to; tries++)
        {
            int t = from + _random.Next(to - from);
            int running = _plan.RunningAt(t);
            if (running > 0)
            {
                Add(_plan.RunningAt(t, _random.Next(running)));
            }
        }
    }

    /// <summary>Takes out, as often as not, those that the lead waits for and those that wait for it.</summary>
    private void AddRelatives(int lead)
    {
        foreach (int p in _model.Predecessors[lead])
        {
            if (!_plan.IsPlaced(p) || _random.Next(2) == 0)
            {
                Add(p);
            }
        }

        foreach (int s in _model.Successors[lead])
        {
            if (_random.Next(2) == 0)
            {
                Add(s);
            }
        }
    }

    /// <summary>Takes out what stands where the lead would like to be.</summary>
    private void Pull(int lead)
    {
        int length = _model.Pieces[lead].Kind == PieceKind.AnySlots ? 1 : _model.Duration[lead];
        int room = _model.HardDue[lead] - _model.Head[lead] - length + 1;
        if (room <= 0)
        {
            return;
        }

        int start = _model.Head[lead] + _random.Next(room);
        double[] prefix = Guide?.Prefix(lead) ?? _model.PricePrefix;
        int looks = _random.Next(4);
        for (int i = 0; i < looks; i++)
        {
            int other = _model.Head[lead] + _random.Next(room);
            start = prefix[other + length] - prefix[other] < prefix[start + length] - prefix[start] ? other : start;
        }

        int k0 = lead * _model.ResourceCount;
        for (int t = start; t < start + length; t++)
        {
            for (int k = 0; k < _model.ResourceCount; k++)
            {
                double demand = _model.Demand[k0 + k];
                while (_plan.Free[k][t] < demand && _plan.RunningAt(t) > 0)
                {
                    if (_count == MostRemoved)
                    {
                        return;
                    }

                    Add(_plan.RunningAt(t, _random.Next(_plan.RunningAt(t))));
                }
            }
        }
    }

    private void Add(int job)
    {
        if (!_isRemoved[job] && _count < MostRemoved)
        {
            _isRemoved[job] = true;
            _removed[_count++] = job;
            _before += Price(job);
            _floor += _ideal[job];
            _undo.Add(job);
            if (_plan.IsPlaced(job))
            {
                _plan.Remove(job);
            }
        }
    }

    private double Excess(int job)
    {
        if (Guide is null)
        {
            return Price(job) - _ideal[job];
        }

        if (!_plan.IsPlaced(job))
        {
            return _penalty[job] - Guide.Least[job];
        }

        double sum = 0;
        double[] prefix = Guide.Prefix(job);
        if (_model.Pieces[job].Kind == PieceKind.One)
        {
            int start = _plan.Start(job);
            sum = prefix[start + _model.Duration[job]] - prefix[start];
        }
        else
        {
            foreach (int t in _plan.Slots(job))
            {
                sum += prefix[t + 1] - prefix[t];
            }
        }

        return sum - Guide.Least[job];
    }
}
