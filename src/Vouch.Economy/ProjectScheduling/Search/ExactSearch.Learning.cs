namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>Clauses from conflicts: back to the first single limit of the last level that explains the conflict (first unique implication point).</summary>
internal sealed partial class ExactSearch
{
    /// <summary>No limit of the side is part of the clause.</summary>
    private const int None = int.MaxValue;

    /// <summary>Clauses are forgotten above this number, and the number grows each time, so that a proof comes to an end.</summary>
    private const int FirstCapacity = 2_000;

    private const int MoreCapacity = 300;

    /// <summary>Clauses of so few levels are kept for good.</summary>
    private const int FewLevels = 2;

    private const double UseDecay = 0.999;
    private const double MostUse = 1e100;

    private readonly List<LearnedClause> _learned = [];
    private readonly List<int> _sidesKept = [];
    private readonly int[] _kept;
    private readonly HashSet<int> _levelsSeen = [];
    private int _open;
    private int _capacity = FirstCapacity;
    private double _useStep = 1;

    /// <summary>Learns a clause from the limits that cannot hold together, goes back to where it says something new, and follows it.</summary>
    /// <returns>False where the conflict does not rest on any decision.</returns>
    private bool Learn()
    {
        bool followed = false;
        while (!followed)
        {
            int level = 0;
            foreach ((int side, int value) in _why)
            {
                level = Math.Max(level, LevelOf(side, value));
            }

            if (level == 0)
            {
                return false;
            }

            GoBack(level);
            (int Side, int Value) point = Trace();
            Shorten();
            LearnedClause? clause = Assemble(point.Side ^ 1, -point.Value - 1, out int back);
            _decisions.Age();
            _useStep /= UseDecay;
            GoBack(back);
            if (clause is not null)
            {
                _learned.Add(clause);
                _watches[clause.Sides[0] ^ 1].Add(new Watch(-clause.Values[0] - 1, clause));
                _watches[clause.Sides[1] ^ 1].Add(new Watch(-clause.Values[1] - 1, clause));
            }

            followed = Narrow(point.Side ^ 1, -point.Value - 1, clause is null ? Reason.None : Reason.Clause, 0, clause);
        }

        return true;
    }

    /// <summary>Undoes the steps of the last level, the reason of each that matters in its place, until one limit is left of that level; those of earlier levels are kept.</summary>
    private (int Side, int Value) Trace()
    {
        _sidesKept.Clear();
        _open = 0;
        Sort();
        while (true)
        {
            Step step = _steps[_top - 1];
            int value = step.Need;
            Undo();
            if (value == None)
            {
                continue;
            }

            Bump(step.Side, value);
            if (--_open == 0)
            {
                // A weaker limit of the same side follows from this one.
                if (_kept[step.Side] != None)
                {
                    _kept[step.Side] = None;
                    _sidesKept.Remove(step.Side);
                }

                return (step.Side, value);
            }

            if (step.Clause is { } clause)
            {
                Use(clause);
            }

            _why.Clear();
            Explain(step.Side, value, step.Reason, step.Data, step.Clause);
            Sort();
        }
    }

    /// <summary>Parts the limits of <see cref="_why"/> into those of the last level, by step, and those of earlier ones, by side: the tightest of each.</summary>
    private void Sort()
    {
        int first = _levels[^1];
        foreach ((int side, int value) in _why)
        {
            int step = StepOf(side, value);
            if (step < 0 || _steps[step].Level == 0)
            {
                continue;
            }

            if (step >= first)
            {
                _open += _steps[step].Need == None ? 1 : 0;
                _steps[step].Need = Math.Min(_steps[step].Need, value);
            }
            else
            {
                if (_kept[side] == None)
                {
                    _sidesKept.Add(side);
                }

                _kept[side] = Math.Min(_kept[side], value);
            }
        }
    }

    /// <summary>Leaves out limits that follow from the others by one step.</summary>
    private void Shorten()
    {
        for (int i = _sidesKept.Count - 1; i >= 0; i--)
        {
            int side = _sidesKept[i];
            Step step = _steps[StepOf(side, _kept[side])];
            if (step.Reason is not (Reason.Precedence or Reason.Clause))
            {
                continue;
            }

            _why.Clear();
            Explain(side, _kept[side], step.Reason, step.Data, step.Clause);
            bool follows = true;
            foreach ((int other, int value) in _why)
            {
                // A clause may speak of one side twice: a limit does not follow from itself.
                follows &= (other != side && _kept[other] <= value) || LevelOf(other, value) == 0;
            }

            if (follows)
            {
                _kept[side] = None;
                _sidesKept.RemoveAt(i);
            }
        }
    }

    /// <summary>Makes the clause: not all of the limits that were kept, or else the first.</summary>
    private LearnedClause? Assemble(int firstSide, int firstValue, out int back)
    {
        int[] sides = new int[_sidesKept.Count + 1];
        int[] values = new int[sides.Length];
        (sides[0], values[0]) = (firstSide, firstValue);
        back = 0;
        int last = 1;
        _levelsSeen.Clear();
        for (int i = 1; i < sides.Length; i++)
        {
            int side = _sidesKept[i - 1];
            (sides[i], values[i]) = (side ^ 1, -_kept[side] - 1);
            int level = LevelOf(side, _kept[side]);
            _levelsSeen.Add(level);
            if (level > back)
            {
                (back, last) = (level, i);
            }

            Bump(sides[i], values[i]);
            _kept[side] = None;
        }

        if (sides.Length == 1)
        {
            return null;
        }

        // The two that are broken last are watched.
        (sides[1], sides[last]) = (sides[last], sides[1]);
        (values[1], values[last]) = (values[last], values[1]);
        return new LearnedClause(sides, values, _levelsSeen.Count) { Use = _useStep };
    }

    private void Bump(int side, int value)
    {
        int slot = (side & 1) == 0 ? value : -value - 1;
        if (slot >= 0 && slot < _slots)
        {
            _decisions.Bump(((side >> 1) * _slots) + slot);
        }
    }

    private void Use(LearnedClause clause)
    {
        clause.Use += _useStep;
        if (clause.Use > MostUse)
        {
            foreach (LearnedClause each in _learned)
            {
                each.Use /= MostUse;
            }

            _useStep /= MostUse;
        }
    }

    /// <summary>Forgets the less used half of the clauses when there are many. Only where no decision stands.</summary>
    private void Forget()
    {
        if (_learned.Count <= _capacity)
        {
            return;
        }

        _capacity += MoreCapacity;
        var needed = new HashSet<LearnedClause>();
        for (int i = 0; i < _top; i++)
        {
            if (_steps[i].Clause is { } clause)
            {
                needed.Add(clause);
            }
        }

        LearnedClause[] byUse = [.. _learned.OrderByDescending(static clause => clause.Levels <= FewLevels).ThenByDescending(static clause => clause.Use)];
        _learned.Clear();
        for (int i = 0; i < byUse.Length; i++)
        {
            byUse[i].IsDropped = i >= byUse.Length / 2 && byUse[i].Levels > FewLevels && !needed.Contains(byUse[i]);
            if (!byUse[i].IsDropped)
            {
                _learned.Add(byUse[i]);
            }
        }

        foreach (List<Watch> list in _watches)
        {
            list.RemoveAll(static watch => watch.Clause.IsDropped);
        }
    }
}
