namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>The windows of starts, what must run in each slot because of them, and how both came about.</summary>
internal sealed partial class ExactSearch
{
    /// <summary>The signs of the four lanes of a word.</summary>
    private const uint Signs = 0x80808080;

    private readonly int[] _side;
    private readonly int[] _last;
    private readonly uint[] _free;
    private readonly List<int> _levels = [];
    private readonly List<(int Side, int Value)> _why = [];
    private Step[] _steps = new Step[1024];
    private int _top;
    private int _next;
    private int _level;
    private int _overloaded;
    private long _narrowings;

    private enum Reason : byte
    {
        /// <summary>A decision, or the makespan asked for.</summary>
        None,

        /// <summary>The side named by the data, of a neighbour in the network.</summary>
        Precedence,

        /// <summary>The slot named by the data is too full.</summary>
        Profile,

        /// <summary>All other limits of a clause are broken.</summary>
        Clause,
    }

    /// <summary>Lowers a side. Where that leaves no start or overloads a slot, the limits that cannot hold together stand in <see cref="_why"/>.</summary>
    /// <returns>False at a conflict.</returns>
    private bool Narrow(int side, int value, Reason reason, int data = 0, LearnedClause? clause = null)
    {
        int old = _side[side];
        if (value >= old)
        {
            return true;
        }

        if (value < -_side[side ^ 1])
        {
            _why.Clear();
            _why.Add((side ^ 1, -value - 1));
            Explain(side, value, reason, data, clause);
            return false;
        }

        if (_top == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * _top);
        }

        _narrowings++;
        _steps[_top] = new Step { Side = side, Old = old, Previous = _last[side], Level = _level, Need = None, Reason = reason, Data = data, Clause = clause };
        _last[side] = _top++;
        _side[side] = value;
        (int from, int to) = Added(side, old, value);
        if (Cover(side >> 1, from, to))
        {
            return true;
        }

        _why.Clear();
        ExplainOverload(_overloaded);
        return false;
    }

    /// <summary>The slots in which an activity must run since one side of its window was lowered.</summary>
    private (int From, int To) Added(int side, int old, int value)
    {
        int duration = _model.Duration[side >> 1];
        return (side & 1) == 0
            ? (value, Math.Min(old, -_side[side ^ 1] + duration))
            : (Math.Max(_side[side ^ 1], -old + duration), -value + duration);
    }

    /// <summary>Takes an activity's demand from slots.</summary>
    /// <returns>False where one has less than nothing left.</returns>
    private bool Cover(int activity, int from, int to)
    {
        uint want = _model.PackedDemand[activity];
        bool fits = true;
        for (int slot = from; slot < to && want != 0; slot++)
        {
            // Four subtractions in one: lanes are signed bytes of which none borrows from the next.
            uint free = _free[slot];
            free = ((free | Signs) - want) ^ (~free & Signs);
            _free[slot] = free;
            if (fits && (free & Signs) != 0)
            {
                fits = false;
                _overloaded = slot;
            }
        }

        return fits;
    }

    private void Undo()
    {
        ref Step step = ref _steps[--_top];
        int value = _side[step.Side];
        (int from, int to) = Added(step.Side, step.Old, value);
        uint want = _model.PackedDemand[step.Side >> 1];
        for (int slot = from; slot < to && want != 0; slot++)
        {
            uint free = _free[slot];
            _free[slot] = ((free & ~Signs) + want) ^ (free & Signs);
        }

        _side[step.Side] = step.Old;
        _last[step.Side] = step.Previous;
        step.Clause = null;
    }

    private void OpenLevel()
    {
        _levels.Add(_top);
        _level++;
    }

    private void GoBack(int level)
    {
        if (_level <= level)
        {
            return;
        }

        while (_top > _levels[level])
        {
            Undo();
        }

        _levels.RemoveRange(level, _level - level);
        _level = level;
        _next = _top;
        _decisions.GoBack(level);
    }

    /// <summary>The step that made a limit true, or -1 where it was true from the start.</summary>
    private int StepOf(int side, int value)
    {
        int step = _last[side];
        while (step >= 0 && _steps[step].Old <= value)
        {
            step = _steps[step].Previous;
        }

        return step;
    }

    /// <summary>The level that made a limit true; 0 where it holds without any decision.</summary>
    private int LevelOf(int side, int value)
    {
        int step = StepOf(side, value);
        return step < 0 ? 0 : _steps[step].Level;
    }

    /// <summary>Adds limits that imply another one. All but those of the profile hold at any time; those of the profile only as long as the step is not taken or just undone.</summary>
    private void Explain(int side, int value, Reason reason, int data, LearnedClause? clause)
    {
        switch (reason)
        {
            case Reason.Precedence:
                // Starts are apart by the duration of the one before.
                _why.Add((data, value + _model.Duration[((side & 1) == 0 ? side : data) >> 1]));
                break;
            case Reason.Clause:
                for (int i = 0; i < clause!.Sides.Length; i++)
                {
                    if (clause.Sides[i] != side)
                    {
                        _why.Add((clause.Sides[i] ^ 1, -clause.Values[i] - 1));
                    }
                }

                break;
            case Reason.Profile:
                ExplainSlot(side, data);
                break;
        }
    }

    /// <summary>An activity that would cover a full slot starts behind it or ends before it.</summary>
    private void ExplainSlot(int side, int slot)
    {
        int activity = side >> 1;
        _why.Add((side, (side & 1) == 0 ? slot : _model.Duration[activity] - slot - 1));
        for (int k = 0; k < _model.ResourceCount; k++)
        {
            int missing = _model.Demands[k][activity] - Free(slot, k);
            if (missing > 0)
            {
                ExplainUse(slot, k, activity, missing - 1);
                return;
            }
        }
    }

    private void ExplainOverload(int slot)
    {
        for (int k = 0; k < _model.ResourceCount; k++)
        {
            int missing = -Free(slot, k);
            if (missing > 0)
            {
                ExplainUse(slot, k, -1, missing - 1);
                return;
            }
        }
    }

    private sbyte Free(int slot, int resource) => (sbyte)(_free[slot] >> (8 * resource));

    /// <summary>Adds the limits by which activities must run in a slot, without those activities that the conflict can do without.</summary>
    private void ExplainUse(int slot, int resource, int except, int spare)
    {
        int[] demands = _model.Demands[resource];
        for (int i = 0; i < demands.Length; i++)
        {
            if (i == except || demands[i] == 0 || _side[Latest(i)] > slot || _model.Duration[i] - _side[Earliest(i)] <= slot)
            {
                continue;
            }

            if (demands[i] <= spare)
            {
                spare -= demands[i];
                continue;
            }

            _why.Add((Latest(i), slot));
            _why.Add((Earliest(i), _model.Duration[i] - slot - 1));
        }
    }

    private struct Step
    {
        public int Side;
        public int Old;
        public int Previous;
        public int Level;

        /// <summary>What the conflict that is being traced needs of the side, or <see cref="None"/>.</summary>
        public int Need;
        public int Data;
        public Reason Reason;
        public LearnedClause? Clause;
    }
}
