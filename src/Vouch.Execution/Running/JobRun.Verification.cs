using System.Globalization;
using Vouch.Core.Models;
using Vouch.Execution.Diagnostics;
using Vouch.Execution.Progress;
using Vouch.Execution.Verification;
using Vouch.TrustEngine.Acceptance;

namespace Vouch.Execution.Running;

internal sealed partial class JobRun<TUnit, TResult>
{
    private const int MaxInconclusiveChecks = 3;

    /// <summary>Checks so weak that this many in a row prove nothing do not get more.</summary>
    private const int MaxChecksToConfirm = 8;

    private bool StartCheck(UnitState<TUnit, TResult> unit, CancellationToken cancellationToken)
    {
        Candidate<TUnit, TResult> candidate = unit.NextCheck!;
        double cost = _checkShare * unit.Unit.Work * unit.Price;
        if (!Affordable(cost))
        {
            return false;
        }

        _wantCheck.Remove(unit.Order);
        _committed += cost;
        unit.IsPending = true;
        ulong seed = _secret.Draw(RunSecret.Purpose.Check, unit.Order, candidate.Worker.Ordinal, unit.Checks++);
        _pending.Enqueue(new PendingCheck(unit, candidate, cost, Task.Run(() => CheckAsync(unit, candidate, seed, cancellationToken), cancellationToken)));
        return true;
    }

    private async Task<ResultCheck> CheckAsync(UnitState<TUnit, TResult> unit, Candidate<TUnit, TResult> candidate, ulong seed, CancellationToken cancellationToken)
    {
        await _services.CheckSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Not awaited past the end of the job: the slot is there for other jobs too.
            ResultCheck? check = await Task.Run(() => _verifier.CheckAsync(unit.Unit, candidate.Value, seed, cancellationToken).AsTask(), CancellationToken.None)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            return check ?? new ResultCheck(CheckVerdict.Inconclusive, 0, 0.5, 0, "The verifier returned null.");
        }
#pragma warning disable CA1031 // A verifier that fails neither accepts nor accuses.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.VerifierFailed(_services.Logger, _job.Id, unit.Unit.Id, failure);
            return new ResultCheck(CheckVerdict.Inconclusive, 0, 0.5, 0, $"The verifier failed: {failure.GetType().Name}: {failure.Message}");
        }
        finally
        {
            _services.CheckSlots.Release();
        }
    }

    private async ValueTask TakeUpAsync(PendingAction action, CancellationToken cancellationToken)
    {
        _committed -= action.Committed;
        if (action is PendingCheck check)
        {
            TakeUpCheck(check, await check.Outcome.ConfigureAwait(false));
        }
        else
        {
            await TakeUpCallAsync((PendingCall)action, cancellationToken).ConfigureAwait(false);
        }
    }

    private void TakeUpCheck(PendingCheck pending, ResultCheck check)
    {
        (UnitState<TUnit, TResult> unit, Candidate<TUnit, TResult> candidate) = (pending.Unit, pending.Candidate);
        double cost = check.Work * unit.Price;
        unit.Cost += cost;
        _checkShare = Math.Max(_checkShare, check.Work / unit.Unit.Work);
        _cost = _cost with { Checks = _cost.Checks + cost };
        candidate.Checks.Add(check);
        RunEventKind kind = RunEventKind.CheckInconclusive;
        if (check.Verdict == CheckVerdict.Passed)
        {
            kind = RunEventKind.CheckPassed;
            candidate.Worker.ChecksPassed++;
            _checksPassed++;
        }
        else if (check.Verdict == CheckVerdict.Failed)
        {
            kind = RunEventKind.CheckFailed;
            candidate.Worker.ChecksFailed++;
        }

        _services.Metrics.Checked(check.Verdict);
        if (!unit.Candidates.Contains(candidate))
        {
            // Its worker was suspended while the check ran; the result has left already.
            Emit(kind, unit, candidate.Worker, 1, string.Join(" ", check.Reasons));
            Decide(unit);
            return;
        }

        double error = ErrorOf(unit, candidate.Group);
        Emit(kind, unit, candidate.Worker, error, $"Unit {unit.Unit.Id}, result of {candidate.Worker.Id}: {string.Join(" ", check.Reasons)}");
        if (error >= _options.ProofOfGuilt && candidate.Failed > 1)
        {
            Condemn(unit, candidate.Group, error);
        }

        Decide(unit);
    }

    /// <summary>Chooses the next step for a unit, and takes it where it needs nobody else.</summary>
    private void Decide(UnitState<TUnit, TResult> unit)
    {
        unit.IsPending = false;
        unit.NextCheck = null;
        _wantCheck.Remove(unit.Order);
        _wantWorker.Remove(unit.Order);
        _wantAnotherWorker.Remove(unit.Order);
        _setAside.Remove(unit.Order);
        while (!unit.IsDone)
        {
            if (Unconfirmed(unit) is { } accused)
            {
                WantCheck(unit, accused);
                return;
            }

            DropDoubtful(unit);
            if (_replication is not null && unit.Candidates is [{ Failed: 0 } only])
            {
                if (WaitsByLot(unit, only))
                {
                    return;
                }

                continue;
            }

            AcceptanceDecision decision = _services.Acceptance.Decide(Evidence(unit), _job.ErrorBudget, Costs(unit));
            unit.LastErrorProbability = unit.Candidates.Count > 0 ? decision.ErrorProbability : unit.LastErrorProbability;
            switch (decision.Action)
            {
                case AcceptanceAction.Accept:
                    TryAccept(unit, decision);
                    break;
                case AcceptanceAction.Check:
                    WantCheck(unit, unit.Candidates.First(candidate => candidate.Worker.Id == decision.Worker));
                    return;
                case AcceptanceAction.Replicate when unit.Attempts < _options.MaxAttemptsPerUnit:
                    (unit.Silent.Count < MaxBlamed ? _wantWorker : _wantAnotherWorker).Add(unit.Order);
                    return;
                case AcceptanceAction.Replicate when SetAside(unit):
                    return;
                case AcceptanceAction.Replicate:
                    GiveUp(unit, $"It was sent out {unit.Attempts} times, as often as the options allow, without an acceptable result.");
                    return;
                default:
                    if (SetAside(unit))
                    {
                        return;
                    }

                    if (unit.Candidates.Count == 0 || _verifier.CanCompare || unit.Attempts >= _options.MaxAttemptsPerUnit)
                    {
                        GiveUp(unit, string.Join(" ", decision.Reasons));
                        return;
                    }

                    // Answers that cannot be compared cannot support each other: set the undecided one aside, without blame, and start afresh.
                    foreach (Candidate<TUnit, TResult> candidate in unit.Candidates)
                    {
                        CloseOrder(candidate, proof: null);
                        Refuse(unit, candidate.Worker, candidate.Cost, decision.ErrorProbability, string.Join(" ", decision.Reasons));
                    }

                    unit.Candidates.Clear();
                    break;
            }
        }
    }

    private void WantCheck(UnitState<TUnit, TResult> unit, Candidate<TUnit, TResult> candidate)
    {
        unit.NextCheck = candidate;
        _wantCheck.Add(unit.Order);
    }

    /// <summary>A result that failed a check without being proven wrong yet: nobody is accused on one check alone.</summary>
    private static Candidate<TUnit, TResult>? Unconfirmed(UnitState<TUnit, TResult> unit) =>
        unit.Candidates.FirstOrDefault(static candidate => candidate.Checks.FindLast(static check => check.Verdict != CheckVerdict.Inconclusive) is { Verdict: CheckVerdict.Failed }
            && CanStillBeChecked(candidate)
            && candidate.Checks.Count < MaxChecksToConfirm);

    private static bool CanStillBeChecked(Candidate<TUnit, TResult> candidate) =>
        candidate.Checks.Count(static check => check.Verdict == CheckVerdict.Inconclusive) < MaxInconclusiveChecks;

    /// <summary>
    /// Where answers cannot be compared, a result that failed a check and is more likely wrong than right makes room for a fresh one: clearing its name
    /// would take more than doing the unit again. It counts against its worker as far as it is likely wrong.
    /// </summary>
    private void DropDoubtful(UnitState<TUnit, TResult> unit)
    {
        if (_verifier.CanCompare)
        {
            return;
        }

        foreach (Candidate<TUnit, TResult> candidate in unit.Candidates.Where(static candidate => candidate.Failed > 0).ToArray())
        {
            double error = ErrorOf(unit, candidate.Group);
            if (error > 0.5)
            {
                // It leaves first: what is observed may suspend its worker, and that looks for open results.
                unit.Candidates.Remove(candidate);
                CloseOrder(candidate, proof: null);
                Refuse(unit, candidate.Worker, candidate.Cost, error, string.Create(CultureInfo.InvariantCulture, $"it failed {candidate.Failed} of {candidate.Failed + candidate.Passed} checks and is wrong with a chance of {error:G3}"));
                Observe(candidate.Worker, correct: false, error);
            }
        }
    }

    private AcceptanceCosts Costs(UnitState<TUnit, TResult> unit)
    {
        bool canCheck = _verifier.CanCheck && unit.Candidates.TrueForAll(CanStillBeChecked);

        // Answers that cannot be compared never support each other: while there is one, only checks of it help.
        bool canReplicate = unit.Candidates.Count == 0
            || (_verifier.CanCompare && Array.Exists(_workers, worker => worker.MayBeAsked && !unit.Answered.Contains(worker.Id)));
        return new AcceptanceCosts(
            canCheck ? Math.Max(1e-6, _checkShare) : double.PositiveInfinity,
            canReplicate ? 1 : double.PositiveInfinity);
    }

    private List<CandidateResult> Evidence(UnitState<TUnit, TResult> unit)
    {
        var evidence = new List<CandidateResult>(unit.Candidates.Count);
        foreach (Candidate<TUnit, TResult> candidate in unit.Candidates)
        {
            // One figure stands for all checks of a result: the weakest power and the highest false alarm rate among them.
            double power = _power;
            double falseAlarm = 0;
            foreach (ResultCheck check in candidate.Checks)
            {
                if (check.Verdict != CheckVerdict.Inconclusive)
                {
                    power = Math.Min(power, check.DetectionPower);
                    falseAlarm = Math.Max(falseAlarm, check.FalseAlarmRate);
                }
            }

            evidence.Add(new CandidateResult(candidate.Worker.Id, candidate.Group, PriorError(candidate.Worker), candidate.Passed, power, falseAlarm)
            {
                ChecksFailed = candidate.Failed,
                Entity = candidate.Worker.Entry.Entity,
            });
        }

        return evidence;
    }

    private double ErrorOf(UnitState<TUnit, TResult> unit, int group) =>
        _services.Acceptance.Model.Evaluate(Evidence(unit)).First(credibility => credibility.Group == group).ErrorProbability;

    /// <summary>An answer that is proven wrong: everyone who gave it is caught.</summary>
    private void Condemn(UnitState<TUnit, TResult> unit, int group, double error)
    {
        foreach (Candidate<TUnit, TResult> candidate in unit.Candidates.Where(candidate => candidate.Group == group).ToArray())
        {
            if (!unit.Candidates.Remove(candidate))
            {
                // The one before it was caught, which decided another unit, which caught this one's worker.
                continue;
            }

            string why = candidate.Checks.LastOrDefault(static check => check.Verdict == CheckVerdict.Failed) is { } check
                ? string.Join(" ", check.Reasons)
                : "it agrees with a result that was proven wrong";
            CloseOrder(candidate, why);
            Refuse(unit, candidate.Worker, candidate.Cost, error, why);
            Convict(unit, candidate.Worker, error, $"Unit {unit.Unit.Id}: {why}");
        }
    }

    /// <summary>A worker that was caught: recorded, suspended, and its other open results are dropped.</summary>
    private void Convict(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker, double error, string why)
    {
        Observe(worker, correct: false, error);
        if (worker.SuspendedBecause is null)
        {
            _services.Reputation.Suspend(worker.Id, why);
            TakeUpSuspension(worker, why);
        }
    }

    private void Observe(WorkerState<TUnit, TResult> worker, bool correct, double weight)
    {
        _journal.Observe(worker.Id, correct, weight);
        bool suspends = _services.Reputation.Record(worker.Id, correct, weight);
        LookUp(worker);
        if (suspends && worker.SuspendedBecause is null)
        {
            TakeUpSuspension(worker, _services.Reputation.Get(worker.Id).SuspensionReason ?? "too many failures");
        }
    }

    /// <summary>Workers that another job of the executor, or the host, has suspended meanwhile.</summary>
    private void TakeUpSuspensionsElsewhere()
    {
        foreach (WorkerState<TUnit, TResult> worker in _workers)
        {
            if (worker.SuspendedBecause is null && _services.Reputation.IsSuspended(worker.Id))
            {
                TakeUpSuspension(worker, _services.Reputation.Get(worker.Id).SuspensionReason ?? "suspended elsewhere");
            }
        }
    }

    private void TakeUpSuspension(WorkerState<TUnit, TResult> worker, string why)
    {
        worker.SuspendedBecause = why;
        Doubt(worker.Id, why);
        _journal.Suspend(worker.Id, why);
        _services.Metrics.Suspended();
        Log.WorkerSuspended(_services.Logger, _job.Id, worker.Id, why);
        Emit(RunEventKind.WorkerSuspended, null, worker, 1, $"{worker.Id} is suspended. {why}");
        foreach (UnitState<TUnit, TResult> unit in _units)
        {
            if (unit.IsDone || unit.Candidates.Find(candidate => candidate.Worker == worker) is not { } dropped)
            {
                continue;
            }

            unit.Candidates.Remove(dropped);
            CloseOrder(dropped, proof: null);
            Refuse(unit, worker, dropped.Cost, 1, "its worker was caught at another unit");
            if (!unit.IsPending)
            {
                Decide(unit);
            }
        }
    }

    private sealed class PendingCheck(UnitState<TUnit, TResult> unit, Candidate<TUnit, TResult> candidate, double committed, Task<ResultCheck> outcome)
        : PendingAction(unit, committed)
    {
        public Candidate<TUnit, TResult> Candidate { get; } = candidate;

        public Task<ResultCheck> Outcome { get; } = outcome;

        public override Task Done => Outcome;
    }
}
