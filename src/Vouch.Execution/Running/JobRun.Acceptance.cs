using System.Globalization;
using Vouch.Core.Models;
using Vouch.Execution.Diagnostics;
using Vouch.Execution.Journal;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.TrustEngine.Acceptance;

namespace Vouch.Execution.Running;

internal sealed partial class JobRun<TUnit, TResult>
{
    private const string Method = "Credibility-based acceptance (Sarmenta 2002) with checks folded in by Bayes";

    /// <summary>Accepts a result, unless it cannot be kept; then it leaves, and the unit is to be decided anew.</summary>
    private void TryAccept(UnitState<TUnit, TResult> unit, AcceptanceDecision decision)
    {
        Candidate<TUnit, TResult> winner = unit.Candidates.First(candidate => candidate.Worker.Id == decision.Worker);
        if (!CanKeep(unit, winner))
        {
            unit.Candidates.Remove(winner);
            CloseOrder(winner, proof: null);
            Refuse(unit, winner.Worker, winner.Cost, decision.ErrorProbability, "the codec could not write it");
            return;
        }

        Candidate<TUnit, TResult>[] supporters = [.. unit.Candidates.Where(candidate => candidate.Group == winner.Group && candidate != winner)];
        (Candidate<TUnit, TResult> Candidate, double Error)[] losers =
            [.. unit.Candidates.Where(candidate => candidate.Group != winner.Group).Select(candidate => (candidate, ErrorOf(unit, candidate.Group)))];
        int passed = winner.Passed + supporters.Sum(static supporter => supporter.Passed);

        unit.IsDone = true;
        unit.Candidates.Clear();
        winner.Worker.Accepted++;
        _accepted++;
        _errorSum += decision.ErrorProbability;
        double replicas = supporters.Sum(static supporter => supporter.Cost);
        _undecided -= winner.Cost + replicas;
        _cost = _cost with { Accepted = _cost.Accepted + winner.Cost, Replicas = _cost.Replicas + replicas };

        // The journal first: only what is on disk is handed out.
        var acceptance = new AcceptedUnit
        {
            UnitId = unit.Unit.Id,
            Worker = winner.Worker.Id,
            Supporters = [winner.Worker.Id, .. supporters.Select(static supporter => supporter.Worker.Id)],
            ErrorProbability = decision.ErrorProbability,
            ChecksPassed = passed,
            UnitCost = unit.Cost,
            JobCost = Spent(),
            Reasons = decision.Reasons,
        };
        JournalPosition position = _journal.Accept(acceptance);
        _services.Metrics.Accepted(decision.ErrorProbability);
        Emit(RunEventKind.Accepted, unit, winner.Worker, decision.ErrorProbability, $"Unit {unit.Unit.Id} is accepted from {winner.Worker.Id}. {string.Join(" ", decision.Reasons)}");
        _output.TryWrite(Result(acceptance, winner.Value, position, isRestored: false));

        double weight = Math.Max(0.5, 1 - decision.ErrorProbability);
        if (HandsOutVerified(unit, winner))
        {
            Observe(winner.Worker, correct: true, weight);
        }

        foreach (Candidate<TUnit, TResult> supporter in supporters)
        {
            supporter.Worker.Accepted++;
            Observe(supporter.Worker, correct: true, weight);
        }

        foreach ((Candidate<TUnit, TResult> loser, double error) in losers)
        {
            Refuse(unit, loser.Worker, loser.Cost, error, $"it contradicts the accepted result of {winner.Worker.Id}");
            CloseOrder(loser, error >= _options.ProofOfGuilt ? "it contradicts the accepted result" : null);
            if (error >= _options.ProofOfGuilt)
            {
                Convict(unit, loser.Worker, error, $"Unit {unit.Unit.Id}: its result contradicts the accepted one.");
            }
            else
            {
                Observe(loser.Worker, correct: false, Math.Max(1e-9, error));
            }
        }
    }

    /// <summary>A result that the codec fails at (not a number, where its format has none) is a worker's doing as likely as not: it must not end the job.</summary>
    private bool CanKeep(UnitState<TUnit, TResult> unit, Candidate<TUnit, TResult> winner)
    {
        try
        {
            _journal.Encode(winner.Value);
            return true;
        }
#pragma warning disable CA1031 // Whatever a codec throws at a hostile value, the next result may do.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.CodecFailed(_services.Logger, _job.Id, unit.Unit.Id, failure);
            return false;
        }
    }

    private VerifiedResult<TResult> Result(AcceptedUnit accepted, TResult value, JournalPosition position, bool isRestored) => new()
    {
        UnitId = accepted.UnitId,
        Value = value,
        Worker = accepted.Worker,
        Supporters = accepted.Supporters,
        ErrorProbability = accepted.ErrorProbability,
        ChecksPassed = accepted.ChecksPassed,
        Evidence = new Evidence(_replication is null ? Method : WholeJobMethod, accepted.Supporters.Count + accepted.ChecksPassed, accepted.ErrorProbability <= _job.ErrorBudget, interval: null, accepted.Reasons),
        Cost = accepted.UnitCost,
        LogIndex = position.Index,
        LogHead = position.Head,
        InclusionProof = position.Proof,
        IsRestored = isRestored,
    };

    private void GiveUp(UnitState<TUnit, TResult> unit, string why)
    {
        unit.IsDone = true;
        unit.GivenUpBecause = why;
        _wantWorker.Remove(unit.Order);
        _wantAnotherWorker.Remove(unit.Order);
        _wantCheck.Remove(unit.Order);
        foreach (Candidate<TUnit, TResult> candidate in unit.Candidates)
        {
            CloseOrder(candidate, proof: null);
            Refuse(unit, candidate.Worker, candidate.Cost, unit.LastErrorProbability ?? 1, why);
        }

        unit.Candidates.Clear();
        Log.UnitGivenUp(_services.Logger, _job.Id, unit.Unit.Id, why);
        Emit(RunEventKind.GivenUp, unit, null, unit.LastErrorProbability, $"Unit {unit.Unit.Id} is given up. {why}");
    }

    private void TakeUpSuspensions()
    {
        foreach (WorkerState<TUnit, TResult> worker in _workers)
        {
            LookUp(worker);
            worker.SuspendedBecause = _services.Reputation.Get(worker.Id) is { IsSuspended: true } snapshot ? snapshot.SuspensionReason ?? "suspended before" : null;
        }
    }

    /// <summary>Takes up what an earlier run of the job had accepted, and what it had learnt.</summary>
    private void Restore()
    {
        Dictionary<WorkUnitId, UnitState<TUnit, TResult>> open = _units.ToDictionary(static unit => unit.Unit.Id);
        _cost = _journal.EarlierCost;
        foreach ((AcceptedUnit accepted, TResult value, JournalPosition position) in _journal.ReadAccepted())
        {
            if (!open.Remove(accepted.UnitId, out UnitState<TUnit, TResult>? unit))
            {
                continue;
            }

            unit.IsDone = true;
            unit.Cost = accepted.UnitCost;
            _accepted++;
            _restored++;
            _errorSum += accepted.ErrorProbability;
            _checksPassed += accepted.ChecksPassed;
            foreach (WorkerId supporter in accepted.Supporters)
            {
                if (_workerById.TryGetValue(supporter, out WorkerState<TUnit, TResult>? worker))
                {
                    worker.Accepted++;
                }
            }

            Emit(RunEventKind.Restored, unit, _workerById.GetValueOrDefault(accepted.Worker), accepted.ErrorProbability, $"Unit {unit.Unit.Id} was accepted by an earlier run.");
            _output.TryWrite(Result(accepted, value, position, isRestored: true));
        }
    }

    private JobReport Report()
    {
        UnresolvedUnit[] unresolved =
        [
            .. _units.Where(static unit => unit.GivenUpBecause is not null || !unit.IsDone)
                .Select(unit => new UnresolvedUnit(unit.Unit.Id, unit.LastErrorProbability, unit.GivenUpBecause ?? _stopped?.Why ?? "The job ended before it was done.")),
        ];
        (JobOutcome outcome, string why) = unresolved.Length == 0
            ? (JobOutcome.Completed, FormattableString.Invariant($"All {_accepted} units are accepted; {(_replication is null ? "each is wrong with a chance of" : "in expectation the share of wrong ones is")} at most {_job.ErrorBudget:G3}."))
            : _stopped ?? Unreached(unresolved);
        double mean = _accepted == 0 ? double.NaN : _errorSum / _accepted;
        var evidence = new Evidence(
            _replication is null ? Method : WholeJobMethod,
            _accepted,
            isSufficient: _accepted > 0 && _replication?.State().PromiseHolds != false,
            interval: null,
            _replication is not null ? WholeJobReasons() :
            [
                string.Create(CultureInfo.InvariantCulture, $"{_accepted} of {_units.Length} units accepted, {_checksPassed} checks passed; an accepted result is wrong with a chance of {mean:G3} on average and {_job.ErrorBudget:G3} at most."),
                "Assumed: wrong results agree with each other (collusion), a check fails a wrong result with at least the power that the verifier states, and checks of one result are independent.",
            ]);
        Log.JobEnded(_services.Logger, _job.Id, outcome, _accepted, _units.Length);
        return new JobReport
        {
            JobId = _job.Id,
            Outcome = outcome,
            Summary = why,
            Accepted = _accepted,
            Restored = _restored,
            Doubtful = Array.AsReadOnly(_doubtful.Order().ToArray()),
            Unresolved = Array.AsReadOnly(unresolved),
            Evidence = evidence,
            ExpectedErrorShare = mean,
            Cost = Spent(),
            Workers = Array.AsReadOnly(_workers.Select(ReportOf).ToArray()),
            Schedule = _schedule,
            LogHead = _journal.Head,
            Policy = _policy,
        };
    }

    private (JobOutcome Outcome, string Why) Unreached(UnresolvedUnit[] unresolved) =>
        Array.Exists(_workers, static worker => worker.MayBeAsked)
            ? (JobOutcome.ErrorBudgetUnreachable, $"{unresolved.Length} units could not be accepted within the error budget. {unresolved[0].Reason} A larger pool, a stronger check or a larger budget would help.")
            : (JobOutcome.NoWorkersLeft, $"{unresolved.Length} units are open and no worker is left that may be asked: {_workers.Count(static worker => worker.SuspendedBecause is not null)} are suspended, {_workers.Count(static worker => worker.IsUnresponsive)} do not answer. Bring other workers and run the job again: what is accepted stays accepted.");

    private WorkerReport ReportOf(WorkerState<TUnit, TResult> worker) => new()
    {
        Worker = worker.Id,
        Accepted = worker.Accepted,
        Rejected = worker.Rejected,
        FailedAttempts = worker.FailedAttempts,
        ChecksPassed = worker.ChecksPassed,
        ChecksFailed = worker.ChecksFailed,
        SuspendedBecause = worker.SuspendedBecause,
        Unresponsive = worker.IsUnresponsive,
        Reputation = _services.Reputation.Get(worker.Id),
    };
}
