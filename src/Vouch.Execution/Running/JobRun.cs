using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Vouch.Core.Models;
using Vouch.Core.Policy;
using Vouch.Economy.Scheduling;
using Vouch.Execution.Diagnostics;
using Vouch.Execution.Jobs;
using Vouch.Execution.Journal;
using Vouch.Execution.Planning;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.TrustEngine.Acceptance;

namespace Vouch.Execution.Running;

/// <summary>One job from its first unit to its report.</summary>
/// <remarks>
/// Calls and checks run concurrently; everything else happens in one flow, this one. Their outcomes are taken up in the order in which they were
/// started, as a processor retires instructions: the next choice depends on outcomes alone and never on who happened to be faster, so a run with a
/// set seed repeats on any number of threads. What is lost is little: a window of <c>capacity × queue depth</c> actions is under way at any moment.
/// </remarks>
internal sealed partial class JobRun<TUnit, TResult>
{
    private readonly VerifiedJob<TUnit> _job;
    private readonly IResultVerifier<TUnit, TResult> _verifier;
    private readonly IProgress<RunEvent>? _progress;
    private readonly RunServices _services;
    private readonly ExecutionOptions _options;
    private readonly PolicyDigest _policy;
    private readonly JobJournal<TResult> _journal;
    private readonly ChannelWriter<VerifiedResult<TResult>> _output;
    private readonly RunSecret _secret;
    private readonly Schedule? _schedule;

    private readonly WorkerState<TUnit, TResult>[] _workers;
    private readonly Dictionary<WorkerId, WorkerState<TUnit, TResult>> _workerById;
    private readonly UnitState<TUnit, TResult>[] _units;
    private readonly SortedSet<int> _wantWorker = [];
    private readonly SortedSet<int> _wantCheck = [];
    private readonly Queue<PendingAction> _pending = new();
    private readonly int _window;

    private CostBreakdown _cost;
    private double _committed;
    private int _accepted;
    private int _restored;
    private double _errorSum;
    private long _checksPassed;
    private long _sequence;
    private (JobOutcome Outcome, string Why)? _stopped;

    public JobRun(
        VerifiedJob<TUnit> job,
        WorkerPool<TUnit, TResult> pool,
        IResultVerifier<TUnit, TResult> verifier,
        IProgress<RunEvent>? progress,
        RunServices services,
        ExecutionOptions options,
        PolicyDigest policy,
        JobJournal<TResult> journal,
        JobSchedule plan,
        ChannelWriter<VerifiedResult<TResult>> output)
    {
        _job = job;
        _verifier = verifier;
        _progress = progress;
        _services = services;
        _options = options;
        _policy = policy;
        _journal = journal;
        _output = output;
        _schedule = plan.Schedule;
        _secret = new RunSecret(job.Seed);
        _workers = [.. pool.Workers.Select(static (entry, ordinal) => new WorkerState<TUnit, TResult>(entry, ordinal))];
        _workerById = _workers.ToDictionary(static worker => worker.Id);
        _units = [.. plan.Order.Select((index, order) => new UnitState<TUnit, TResult>(job.Units[index], order, plan.Price[index], plan.Start[index]))];
        _window = (int)Math.Min(1_000_000, (long)pool.Capacity * options.QueueDepth);
    }

    public async Task<JobReport> RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            TakeUpSuspensions();
            Restore();
            foreach (UnitState<TUnit, TResult> unit in _units)
            {
                if (!unit.IsDone)
                {
                    Decide(unit);
                }
            }

            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (_pending.Count < _window && _stopped is null && StartNext(ended.Token))
                {
                }

                if (_pending.TryDequeue(out PendingAction? action))
                {
                    // WaitAsync: a worker or a verifier that ignores its token cannot hold up the end of the job.
                    await action.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
                    await TakeUpAsync(action, cancellationToken).ConfigureAwait(false);
                }
                else if (_stopped is not null || !await WaitForScheduleAsync(cancellationToken).ConfigureAwait(false))
                {
                    break;
                }
            }

            return Report();
        }
        finally
        {
            // Whatever is still under way (only after a cancellation or a failure) is told so and left to itself.
            await ended.CancelAsync().ConfigureAwait(false);
            foreach (PendingAction action in _pending)
            {
                Forget(action.Done);
            }
        }
    }

    /// <summary>Starts the first action that can be started; false when none can now.</summary>
    private bool StartNext(CancellationToken cancellationToken)
    {
        if (DeadlineHasPassed())
        {
            return false;
        }

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
        if (!Array.Exists(_workers, HasRoom))
        {
            return null;
        }

        List<UnitState<TUnit, TResult>>? hopeless = null;
        (UnitState<TUnit, TResult>, WorkerState<TUnit, TResult>)? found = null;
        foreach (int order in _wantWorker)
        {
            if (order > limit)
            {
                break;
            }

            UnitState<TUnit, TResult> unit = _units[order];
            if (_options.WaitForSchedule && unit.NotBefore is { } start && start > _services.Time.GetUtcNow())
            {
                break;
            }

            if (ChooseWorker(unit) is { } worker)
            {
                found = (unit, worker);
                break;
            }

            if (!Array.Exists(_workers, worker => worker.MayBeAsked && !unit.Answered.Contains(worker.Id)))
            {
                (hopeless ??= []).Add(unit);
            }
        }

        foreach (UnitState<TUnit, TResult> unit in hopeless ?? [])
        {
            GiveUp(unit, "No worker is left to ask: all have answered, are suspended or do not answer.");
        }

        return found;
    }

    private bool HasRoom(WorkerState<TUnit, TResult> worker) =>
        worker.MayBeAsked && worker.Outstanding < (long)worker.Entry.Worker.Capacity * _options.QueueDepth;

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
                (double)worker.Outstanding / worker.Entry.Worker.Capacity,
                Mix(lot ^ ((ulong)worker.Ordinal * 0x9E3779B97F4A7C15UL)));
            if (best is null || key.CompareTo(bestKey) < 0)
            {
                best = worker;
                bestKey = key;
            }
        }

        return best;
    }

    private double PriorError(WorkerState<TUnit, TResult> worker) =>
        Math.Max(_options.TurnHazard, _services.Reputation.Get(worker.Id).ErrorMean);

    private bool DeadlineHasPassed()
    {
        if (_job.Deadline is { } deadline && _services.Time.GetUtcNow() > deadline && _accepted < _units.Length)
        {
            Stop(JobOutcome.DeadlinePassed, $"The deadline of {deadline:u} passed with {_units.Length - _accepted} units open. Give the job more time or more workers.");
            return true;
        }

        return false;
    }

    private bool Affordable(double cost)
    {
        if (_cost.Total + _committed + cost <= _job.CostCap)
        {
            return true;
        }

        Stop(
            JobOutcome.CostCapReached,
            FormattableString.Invariant($"Going on would pass the cost cap of {_job.CostCap:G6}: {_cost.Total:G6} is spent, {_committed:G6} is under way. The results accepted so far stand; raise the cap to do the rest."));
        return false;
    }

    private void Stop(JobOutcome outcome, string why) => _stopped ??= (outcome, why);

    /// <summary>Waits for the planned start of the next unit; false when there is nothing left to wait for.</summary>
    private async Task<bool> WaitForScheduleAsync(CancellationToken cancellationToken)
    {
        if (!_options.WaitForSchedule || _wantWorker.Count == 0 || _units[_wantWorker.Min].NotBefore is not { } start)
        {
            return false;
        }

        TimeSpan wait = start - _services.Time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(wait < MaxWait ? wait : MaxWait, _services.Time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void Emit(RunEventKind kind, UnitState<TUnit, TResult>? unit, WorkerState<TUnit, TResult>? worker, double? error, string text)
    {
        if (_progress is null)
        {
            _sequence++;
            return;
        }

        try
        {
            _progress.Report(new RunEvent(_sequence++, kind, unit?.Unit.Id, worker?.Id, error, text));
        }
#pragma warning disable CA1031 // An observer's failure must not end the job; it is logged.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.ProgressFailed(_services.Logger, _job.Id, failure);
        }
    }

    private static void Forget(Task task) =>
        task.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(20);
}
