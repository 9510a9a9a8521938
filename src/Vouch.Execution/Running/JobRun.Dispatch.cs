using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Running;

internal sealed partial class JobRun<TUnit, TResult>
{
    /// <summary>So many units are looked at for one that a free worker may do. When that many wait for busy workers, those are what holds the job up.</summary>
    private const int MaxLookAhead = 1024;

    /// <summary>Starts the first action that can be started; false when none can now.</summary>
    private bool StartNext(CancellationToken cancellationToken)
    {
        if (_wantWorker.Count + _wantAnotherWorker.Count + _wantCheck.Count == 0 || DeadlineHasPassed())
        {
            return false;
        }

        TakeUpSuspensionsElsewhere();
        int check = _wantCheck.Count > 0 ? _wantCheck.Min : int.MaxValue;
        (UnitState<TUnit, TResult> Unit, WorkerState<TUnit, TResult> Worker)? dispatch = FirstDispatch(check);
        if (dispatch is { } found)
        {
            return StartCall(found.Unit, found.Worker, cancellationToken);
        }

        return check != int.MaxValue && StartCheck(_units[check], cancellationToken);
    }

    /// <summary>The first unit before <paramref name="limit"/> in the schedule for which a worker is free.</summary>
    private (UnitState<TUnit, TResult> Unit, WorkerState<TUnit, TResult> Worker)? FirstDispatch(int limit)
    {
        while (true)
        {
            bool hasWorkers = Array.Exists(_workers, static worker => worker.MayBeAsked);
            if (hasWorkers && !Array.Exists(_workers, HasRoom))
            {
                return null;
            }

            var hopeless = new List<UnitState<TUnit, TResult>>();
            if ((Scan(_wantWorker, limit, hasWorkers, hopeless) ?? Scan(_wantAnotherWorker, limit == int.MaxValue ? limit : -1, hasWorkers, hopeless)) is { } found && hopeless.Count == 0)
            {
                return found;
            }

            if (hopeless.Count == 0)
            {
                return null;
            }

            // What becomes of them may change who is free and who wants whom: look again.
            foreach (UnitState<TUnit, TResult> unit in hopeless)
            {
                TakeUpHopeless(unit);
            }
        }
    }

    private (UnitState<TUnit, TResult> Unit, WorkerState<TUnit, TResult> Worker)? Scan(SortedSet<int> wanting, int limit, bool hasWorkers, List<UnitState<TUnit, TResult>> hopeless)
    {
        int looked = 0;
        foreach (int order in wanting)
        {
            UnitState<TUnit, TResult> unit = _units[order];
            if (order > limit || (hasWorkers && (++looked > MaxLookAhead || !IsDue(unit))))
            {
                return null;
            }

            if (ChooseWorker(unit) is { } worker)
            {
                return (unit, worker);
            }

            if (!Array.Exists(_workers, worker => worker.MayBeAsked && !unit.Answered.Contains(worker.Id)))
            {
                hopeless.Add(unit);
            }
        }

        return null;
    }

    private bool IsDue(UnitState<TUnit, TResult> unit) => !_options.WaitForSchedule || unit.NotBefore is not { } start || start <= _services.Time.GetUtcNow();

    /// <summary>Nobody is left to ask: what there is may still pass checks.</summary>
    private void TakeUpHopeless(UnitState<TUnit, TResult> unit)
    {
        // An earlier one in the list may have changed this one's wants.
        if (unit.IsDone || unit.IsPending || unit.NextCheck is not null)
        {
            return;
        }

        if (unit.Candidates.Count > 0)
        {
            Decide(unit);
            return;
        }

        GiveUp(unit, "No worker is left to ask: all have answered, are suspended or do not answer.");
    }

    private bool HasRoom(WorkerState<TUnit, TResult> worker) =>
        worker.MayBeAsked && worker.Outstanding < (long)worker.Entry.Capacity * _options.QueueDepth;

    /// <summary>The free worker that is expected to be cheapest per right result; among equals the least busy; among those by lot.</summary>
    private WorkerState<TUnit, TResult>? ChooseWorker(UnitState<TUnit, TResult> unit)
    {
        WorkerState<TUnit, TResult>? best = null;
        (bool Silent, double Price, double Load, ulong Lot) bestKey = default;
        ulong lot = _secret.Draw(RunSecret.Purpose.Assignment, unit.Order, unit.Attempts, 0);
        foreach (WorkerState<TUnit, TResult> worker in _workers)
        {
            if (!HasRoom(worker) || unit.Answered.Contains(worker.Id))
            {
                continue;
            }

            double wrong = PriorError(worker);
            var key = (
                unit.Silent.Contains(worker.Id),
                worker.Entry.PriceFactor / Math.Max(1e-9, 1 - wrong),
                (double)worker.Outstanding / worker.Entry.Capacity,
                Mix(lot ^ ((ulong)worker.Ordinal * 0x9E3779B97F4A7C15UL)));
            if (best is null || key.CompareTo(bestKey) < 0)
            {
                best = worker;
                bestKey = key;
            }
        }

        return best;
    }

    private static double PriorError(WorkerState<TUnit, TResult> worker) => worker.PriorError;

    /// <summary>Clean checks tell honest workers from cheats quickly. Agreement does not: colluders agree, so there the slower figure stands.</summary>
    private void LookUp(WorkerState<TUnit, TResult> worker)
    {
        ReputationSnapshot known = _services.Reputation.Get(worker.Id);
        worker.PriorError = Math.Max(_options.TurnHazard, _verifier.CanCheck ? known.NextError : known.ErrorMean);
    }
}
