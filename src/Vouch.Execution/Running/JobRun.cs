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

    // Units that some worker failed at go behind all others: should the unit be at fault, it takes the pool along last.
    private readonly SortedSet<int> _wantAnotherWorker = [];
    private readonly SortedSet<int> _wantCheck = [];
    private readonly Queue<PendingAction> _pending = new();
    private readonly int _window;

    private CostBreakdown _cost;

    // Paid for results that are still in question: no bucket of the breakdown is theirs yet, and the cost cap must not forget them.
    private double _undecided;
    private double _committed;
    private double _checkShare;
    private readonly double _power;
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
        _checkShare = verifier.CanCheck ? verifier.CheckWorkShare : 0;
        _power = verifier.CanCheck ? verifier.DetectionPower : 0;
        if (job.Promise == ErrorPromise.WholeJob)
        {
            (_replication, _lottery) = LotFor(job, services);
        }

        _window = (int)Math.Min(1_000_000, (long)pool.Capacity * options.QueueDepth);
    }

    public async Task<JobReport> RunAsync(CancellationToken cancellationToken)
    {
        // Not linked and not disposed: what workers registered on their token runs on the thread pool, whether it throws, blocks or comes late.
        var ended = new CancellationTokenSource();
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(static source => Forget(((CancellationTokenSource)source!).CancelAsync()), ended);
        try
        {
            TakeUpSuspensions();
            Restore();
            CommitToLot();
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

                if (_pending.TryPeek(out PendingAction? action))
                {
                    // WaitAsync: a worker or a verifier that ignores its token cannot hold up the end of the job.
                    if (!await DoneBeforeNextStartAsync(action, cancellationToken).ConfigureAwait(false))
                    {
                        continue;
                    }

                    _pending.Dequeue();
                    await TakeUpAsync(action, cancellationToken).ConfigureAwait(false);
                }
                else if (_stopped is not null || (!await WaitForScheduleAsync(cancellationToken).ConfigureAwait(false) && !TakeUpSetAside()))
                {
                    break;
                }
            }

            RevealLot();
            JobReport report = Report();
            _journal.End(report.Outcome.ToString(), report.Cost);
            return report;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            EndJournalEarly();
            throw;
        }
        finally
        {
            // Whatever is still under way (only after a cancellation or a failure) is told so and left to itself.
            Forget(ended.CancelAsync());
            foreach (PendingAction action in _pending)
            {
                Forget(action.Done);
            }
        }
    }

    /// <summary>What was spent since the last acceptance; a disk that refuses must not take the place of the cancellation.</summary>
    private void EndJournalEarly()
    {
        try
        {
            _journal.End("Cancelled", Spent());
        }
        catch (IOException failure)
        {
            Log.JournalNotEnded(_services.Logger, _job.Id, failure);
        }
    }

    private bool DeadlineHasPassed()
    {
        if (_job.Deadline is { } deadline && _services.Time.GetUtcNow() > deadline && _stopped is null)
        {
            Stop(JobOutcome.DeadlinePassed, $"The deadline of {deadline:u} passed with {_units.Count(static unit => !unit.IsDone)} units open. Give the job more time or more workers.");
            return true;
        }

        return false;
    }

    private bool Affordable(double cost)
    {
        if (_pending.Count == 0)
        {
            // Sums of reservations that were made and taken back may leave a rounding error behind.
            _committed = 0;
        }

        if (Spent().Total + _committed + cost <= _job.CostCap)
        {
            return true;
        }

        // What is under way may fail, cost less than was set aside for it, or be enough: only when it is over is there no other way.
        if (_pending.Count == 0)
        {
            Stop(
                JobOutcome.CostCapReached,
                FormattableString.Invariant($"Going on would cost {cost:G6} more and pass the cost cap of {_job.CostCap:G6}: {Spent().Total:G6} is spent. The results accepted so far stand; raise the cap to do the rest."));
        }

        return false;
    }

    /// <summary>Everything paid so far; results that are still in question count as replicas.</summary>
    private CostBreakdown Spent() => _cost with { Replicas = _cost.Replicas + _undecided };

    private void Stop(JobOutcome outcome, string why) => _stopped ??= (outcome, why);

    /// <summary>The planned start of the next unit, where units wait for it and a worker may still be asked.</summary>
    private DateTimeOffset? NextStart() =>
        _options.WaitForSchedule && _stopped is null && _wantWorker.Count > 0 && Array.Exists(_workers, static worker => worker.MayBeAsked) ? _units[_wantWorker.Min].NotBefore : null;

    /// <summary>Waits for an action's outcome; false when a unit's planned start comes first and there is room for it.</summary>
    private async Task<bool> DoneBeforeNextStartAsync(PendingAction action, CancellationToken cancellationToken)
    {
        if (NextStart() is { } start && _pending.Count < _window && start - _services.Time.GetUtcNow() is var wait && wait > TimeSpan.Zero && !action.Done.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task timer = Task.Delay(wait < MaxWait ? wait : MaxWait, _services.Time, over.Token);
            await Task.WhenAny(action.Done, timer).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            await over.CancelAsync().ConfigureAwait(false);
            return action.Done.IsCompleted;
        }

        await action.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Waits for the planned start of the next unit; false when there is nothing left to wait for.</summary>
    private async Task<bool> WaitForScheduleAsync(CancellationToken cancellationToken)
    {
        if (NextStart() is not { } start || start - _services.Time.GetUtcNow() is var wait && wait <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(wait < MaxWait ? wait : MaxWait, _services.Time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void Emit(RunEventKind kind, UnitState<TUnit, TResult>? unit, WorkerState<TUnit, TResult>? worker, double? error, string text, TimeSpan? latency = null)
    {
        if (_progress is null)
        {
            _sequence++;
            return;
        }

        try
        {
            _progress.Report(new RunEvent(_sequence++, kind, unit?.Unit.Id, worker?.Id, error, text) { Latency = latency });
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
