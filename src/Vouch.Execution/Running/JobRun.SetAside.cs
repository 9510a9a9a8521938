namespace Vouch.Execution.Running;

/// <remarks>
/// A unit that newcomers contradict each other on may be out of reach of the budget when it is new, and plain once the others have shown who can be believed. So it is not given up
/// where it stands: it waits, with its results, until nothing else is left to do, and is decided again for as long as a round teaches something.
/// </remarks>
internal sealed partial class JobRun<TUnit, TResult>
{
    private readonly SortedSet<int> _setAside = [];
    private int _acceptedAtLastRound = -1;
    private bool _nothingMoreToLearn;

    /// <summary>Lets a unit wait for what its workers show elsewhere; false where there is nothing to hope for, and it must be given up.</summary>
    private bool SetAside(UnitState<TUnit, TResult> unit)
    {
        if (_nothingMoreToLearn || !_verifier.CanCompare || unit.Candidates.Count == 0)
        {
            return false;
        }

        _setAside.Add(unit.Order);
        return true;
    }

    /// <summary>Nothing else is left to do: decides what was set aside. False when nothing was.</summary>
    private bool TakeUpSetAside()
    {
        if (_setAside.Count == 0)
        {
            return false;
        }

        _nothingMoreToLearn = _accepted == _acceptedAtLastRound;
        _acceptedAtLastRound = _accepted;
        foreach (int order in _setAside.ToArray())
        {
            // An earlier one of the round may have decided this one, by the suspension of a worker that had answered both.
            if (_setAside.Contains(order))
            {
                Decide(_units[order]);
            }
        }

        return true;
    }
}
