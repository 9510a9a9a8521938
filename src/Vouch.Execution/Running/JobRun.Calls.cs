using Vouch.Core.Models;
using Vouch.Execution.Diagnostics;
using Vouch.Execution.Progress;
using Vouch.Resilience.Calls;

namespace Vouch.Execution.Running;

internal sealed partial class JobRun<TUnit, TResult>
{
    /// <summary>So many workers are blamed for the same unit at the most, while nobody has done it.</summary>
    private const int MaxBlamed = 2;

    private bool StartCall(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker, CancellationToken cancellationToken)
    {
        List<WorkerState<TUnit, TResult>> candidates = [worker, .. Alternates(unit, worker)];
        double cost = candidates.Max(candidate => Price(unit, candidate));
        if (!Affordable(cost))
        {
            return false;
        }

        _wantWorker.Remove(unit.Order);
        _wantAnotherWorker.Remove(unit.Order);
        _committed += cost;
        unit.IsPending = true;
        unit.Attempts++;
        worker.Outstanding++;
        LookUp(worker);
        Emit(RunEventKind.Dispatched, unit, worker, PriorError(worker), $"Unit {unit.Unit.Id} goes to {worker.Id}.");
        WorkerId[] ids = [.. candidates.Select(static candidate => candidate.Id)];

        // In line from here on, not from wherever the thread pool gets to it: a worker sees its units in the order of their assignment.
        // Each that stands before it may take its whole time.
        TimeSpan patience = _services.AttemptTimeout * (1 + ((worker.Outstanding - 1) / worker.Entry.Capacity));
        Task<bool> turn = TakeTurnAsync(worker, patience, cancellationToken);
        _pending.Enqueue(new PendingCall(unit, worker, cost, Task.Run(() => CallAsync(unit, worker, turn, ids, cancellationToken), CancellationToken.None)));
        return true;
    }

    /// <summary>Who is asked instead when the chosen worker keeps the caller waiting: others that may do the unit, by the usual order of preference.</summary>
    private IEnumerable<WorkerState<TUnit, TResult>> Alternates(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> chosen) =>
        _workers
            .Where(worker => worker != chosen && worker.MayBeAsked && !unit.Answered.Contains(worker.Id) && !unit.Silent.Contains(worker.Id))
            .OrderBy(static worker => worker.FailuresInARow)
            .ThenBy(PriorError)
            .ThenBy(static worker => worker.Ordinal)
            .Take(_services.MaxHedges);

    private static double Price(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker) =>
        unit.Unit.Work * worker.Entry.PriceFactor * unit.Price;

    private async Task<CallOutcome<TResult>?> CallAsync(
        UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker, Task<bool> myTurn, WorkerId[] candidates, CancellationToken cancellationToken)
    {
        // The worker's turn is waited for before the clock of the call starts: standing in line is not slowness.
        // A worker that never finishes an abandoned call never has its turn again; that wait is bounded too.
        if (!await myTurn.ConfigureAwait(false))
        {
            return null;
        }

        var turn = new Turn(this, unit, worker);
        try
        {
            return await _services.Calls.ExecuteAsync(
                candidates,
                static (id, turn, token) => turn.Run.InvokeAsync(id, turn, token),
                turn,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.GiveBackUnused();
        }
    }

    private async Task<bool> TakeTurnAsync(WorkerState<TUnit, TResult> worker, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(patience, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await worker.Slots.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async ValueTask<TResult> InvokeAsync(WorkerId id, Turn turn, CancellationToken cancellationToken)
    {
        WorkerState<TUnit, TResult> worker = _workerById[id];
        if (!turn.TryUse(worker))
        {
            await worker.Slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            // On a thread of its own: a worker that blocks before its first await must not hold up the clocks of its own time-out and hedge.
            return await Task.Run(() => worker.Entry.Worker.ExecuteAsync(turn.Unit.Unit.Payload, cancellationToken).AsTask(), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            worker.Slots.Release();
        }
    }

    private async ValueTask TakeUpCallAsync(PendingCall call, CancellationToken cancellationToken)
    {
        UnitState<TUnit, TResult> unit = call.Unit;
        call.Worker.Outstanding--;
        CallOutcome<TResult>? ended = await call.Outcome.ConfigureAwait(false);
        TakeUpFailures(call, ended);
        if (ended is { AnsweredBy: { } answeredBy } outcome)
        {
            await TakeUpAnswerAsync(unit, _workerById[answeredBy], outcome, cancellationToken).ConfigureAwait(false);
        }

        Decide(unit);
    }

    private void TakeUpFailures(PendingCall call, CallOutcome<TResult>? ended)
    {
        if (ended is not { } outcome)
        {
            TakeUpFailure(call.Unit, call.Worker, "It never finished what it was given before.");
            return;
        }

        foreach (IGrouping<WorkerId, CallAttempt> attempts in outcome.Attempts.GroupBy(static attempt => attempt.Worker))
        {
            CallAttempt last = attempts.Last();
            if (attempts.All(static attempt => attempt.Outcome != CallAttemptOutcome.Succeeded) && IsFault(call, last))
            {
                TakeUpFailure(call.Unit, _workerById[attempts.Key], $"{last.Outcome}{(last.Error is { } error ? $": {error.GetType().Name}: {error.Message}" : ".")}");
            }
        }
    }

    /// <summary>How long the attempt took that brought the answer.</summary>
    private static TimeSpan? LatencyOf(CallOutcome<TResult> outcome)
    {
        foreach (CallAttempt attempt in outcome.Attempts)
        {
            if (attempt.Outcome == CallAttemptOutcome.Succeeded)
            {
                return attempt.Duration;
            }
        }

        return null;
    }

    /// <summary>An alternate that was asked late and called off early did nothing wrong; the chosen worker that was outrun did: it kept the caller waiting.</summary>
    private static bool IsFault(PendingCall call, CallAttempt attempt) =>
        attempt.Outcome is not (CallAttemptOutcome.Cancelled or CallAttemptOutcome.Outrun) || attempt.Worker == call.Worker.Id;

    private void TakeUpFailure(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker, string what)
    {
        unit.Silent.Add(worker.Id);
        worker.FailedAttempts++;

        // A unit at which several failed and nobody succeeded is at fault itself, as far as a worker is concerned that has shown to be alive.
        if (!(worker.HasAnswered && unit.Answered.Count == 0 && unit.Silent.Count > MaxBlamed))
        {
            worker.FailuresInARow++;
        }

        _services.Metrics.AttemptFailed();
        Emit(RunEventKind.AttemptFailed, unit, worker, PriorError(worker), $"{worker.Id} sent nothing for unit {unit.Unit.Id}. {what}");
        if (worker.FailuresInARow >= _options.MaxFailuresInARow && worker.MayBeAsked)
        {
            worker.IsUnresponsive = true;
            Log.WorkerUnresponsive(_services.Logger, _job.Id, worker.Id, worker.FailuresInARow);
            Emit(RunEventKind.WorkerUnresponsive, unit, worker, PriorError(worker), $"{worker.Id} failed {worker.FailuresInARow} times in a row and is left alone for the rest of the job.");
        }
    }

    private async ValueTask TakeUpAnswerAsync(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker, CallOutcome<TResult> outcome, CancellationToken cancellationToken)
    {
        TResult value = outcome.Value!;
        worker.FailuresInARow = 0;
        worker.HasAnswered = true;
        unit.Answered.Add(worker.Id);
        unit.Silent.Remove(worker.Id);
        double cost = Price(unit, worker);
        unit.Cost += cost;
        _undecided += cost;
        Emit(RunEventKind.Answered, unit, worker, PriorError(worker), $"{worker.Id} sent a result for unit {unit.Unit.Id}.", LatencyOf(outcome));
        if (worker.SuspendedBecause is not null)
        {
            Refuse(unit, worker, cost, 1, "the worker was suspended in the meantime");
            return;
        }

        string? defect;
        try
        {
            defect = _verifier.FindDefect(unit.Unit, value);
        }
#pragma warning disable CA1031 // A verifier that cannot look neither accepts nor accuses: the result is dropped without blame.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.VerifierFailed(_services.Logger, _job.Id, unit.Unit.Id, failure);
            Refuse(unit, worker, cost, PriorError(worker), "the verifier could not look at it");
            return;
        }

        if (defect is not null)
        {
            Refuse(unit, worker, cost, 1, defect);
            Convict(unit, worker, 1, $"Unit {unit.Unit.Id}: {defect}");
            return;
        }

        if (await GroupOfAsync(unit, value, cancellationToken).ConfigureAwait(false) is { } group)
        {
            unit.Candidates.Add(new Candidate<TUnit, TResult>(worker, value, group, cost));
            return;
        }

        Refuse(unit, worker, cost, PriorError(worker), "the verifier could not compare it");
    }

    /// <summary>The number that a result shares with those that say the same; null where the verifier cannot tell, which speaks against nobody.</summary>
    private async ValueTask<int?> GroupOfAsync(UnitState<TUnit, TResult> unit, TResult value, CancellationToken cancellationToken)
    {
        if (_verifier.CanCompare)
        {
            foreach (IGrouping<int, Candidate<TUnit, TResult>> group in unit.Candidates.GroupBy(static candidate => candidate.Group))
            {
                try
                {
                    TResult other = group.First().Value;
                    Task<bool> agree = Task.Run(() => _verifier.AgreeAsync(unit.Unit, other, value, cancellationToken).AsTask(), CancellationToken.None);
                    if (await agree.WaitAsync(cancellationToken).ConfigureAwait(false))
                    {
                        return group.Key;
                    }
                }
#pragma warning disable CA1031 // Two results that cannot be compared neither support nor contradict each other.
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    Log.VerifierFailed(_services.Logger, _job.Id, unit.Unit.Id, failure);
                    return null;
                }
            }
        }

        return unit.NewGroup();
    }

    /// <summary>A result that is paid for and thrown away.</summary>
    private void Refuse(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker, double cost, double errorProbability, string why)
    {
        worker.Rejected++;
        _undecided -= cost;
        _cost = _cost with { Rejected = _cost.Rejected + cost };
        _services.Metrics.Rejected();
        Emit(RunEventKind.Rejected, unit, worker, errorProbability, $"The result of {worker.Id} for unit {unit.Unit.Id} is rejected: {why}");
    }

    private sealed class PendingCall(UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker, double committed, Task<CallOutcome<TResult>?> outcome)
        : PendingAction(unit, committed)
    {
        public WorkerState<TUnit, TResult> Worker { get; } = worker;

        public Task<CallOutcome<TResult>?> Outcome { get; } = outcome;

        public override Task Done => Outcome;
    }

    /// <summary>The chosen worker's turn, taken before the call: used by the first attempt that goes to it, given back when none does.</summary>
    private sealed class Turn(JobRun<TUnit, TResult> run, UnitState<TUnit, TResult> unit, WorkerState<TUnit, TResult> worker)
    {
        private int _isHeld = 1;

        public JobRun<TUnit, TResult> Run { get; } = run;

        public UnitState<TUnit, TResult> Unit { get; } = unit;

        public bool TryUse(WorkerState<TUnit, TResult> asked) => asked == worker && Interlocked.Exchange(ref _isHeld, 0) == 1;

        public void GiveBackUnused()
        {
            if (Interlocked.Exchange(ref _isHeld, 0) == 1)
            {
                worker.Slots.Release();
            }
        }
    }
}
