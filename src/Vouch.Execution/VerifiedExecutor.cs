using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Vouch.Core.Policy;
using Vouch.Economy.Scheduling;
using Vouch.Execution.Diagnostics;
using Vouch.Execution.Jobs;
using Vouch.Execution.Journal;
using Vouch.Execution.Planning;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Execution.Running;
using Vouch.Execution.Verification;
using Vouch.Resilience.Calls;
using Vouch.TrustEngine;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution;

/// <summary>The verified executor: plan, schedule, dispatch, verify, learn.</summary>
/// <remarks>
/// Safe to share. Workers are chosen by reputation, price and lot; their answers are checked, compared and accepted by
/// <see cref="AcceptancePolicy"/>; what is learnt about them stays in the ledger for the next job. A worker that crashes, hangs, lies or sends
/// rubbish costs time and money, never the job.
/// </remarks>
public sealed class VerifiedExecutor : IVerifiedExecutor
{
    private readonly ExecutionOptions _options;
    private readonly AcceptanceOptions _acceptanceOptions;
    private readonly ReputationOptions _reputationOptions;
    private readonly ReplicationOptions _replicationOptions;
    private readonly IScheduler _scheduler;
    private readonly RunServices _services;
    private readonly ConcurrentDictionary<string, byte> _knownJobs = new(StringComparer.Ordinal);

    /// <summary>Initializes an executor with the default parts.</summary>
    /// <param name="options">The options; null takes the defaults.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public VerifiedExecutor(ExecutionOptions? options = null)
        : this(
            Options.Create(options ?? new ExecutionOptions()),
            Options.Create(new TrustEngineOptions()),
            Options.Create(new WorkerCallOptions()),
            new PriceAwareListScheduler())
    {
    }

    /// <summary>Initializes an executor.</summary>
    /// <param name="options">How the executor works.</param>
    /// <param name="trust">What is assumed about workers, how far to go for one unit, and how reputations are kept.</param>
    /// <param name="calls">How workers are called.</param>
    /// <param name="scheduler">Places units on the price curve.</param>
    /// <param name="ledger">What is known about workers; null starts an empty ledger.</param>
    /// <param name="pipeline">Calls workers; null makes one from <paramref name="calls"/>.</param>
    /// <param name="time">The clock; null takes the system's.</param>
    /// <param name="meters">Makes the meter; null makes one outside of any container.</param>
    /// <param name="logger">Takes the log; null drops it.</param>
    /// <exception cref="ArgumentNullException">A part that has no default is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public VerifiedExecutor(
        IOptions<ExecutionOptions> options,
        IOptions<TrustEngineOptions> trust,
        IOptions<WorkerCallOptions> calls,
        IScheduler scheduler,
        ReputationLedger? ledger = null,
        WorkerCallPipeline? pipeline = null,
        TimeProvider? time = null,
        IMeterFactory? meters = null,
        ILogger<VerifiedExecutor>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(scheduler);
        _options = options.Value;
        ExecutionOptionsValidator.ThrowIfInvalid(_options);
        _acceptanceOptions = trust.Value.Acceptance;
        _reputationOptions = trust.Value.Reputation;
        _replicationOptions = trust.Value.Replication;
        _scheduler = scheduler;
        time ??= TimeProvider.System;
        WorkerCallOptions callOptions = calls.Value;
        _services = new RunServices(
            new AcceptancePolicy(_acceptanceOptions),
            ledger ?? new ReputationLedger(_reputationOptions),
            _reputationOptions,
            _replicationOptions,
            pipeline ?? new WorkerCallPipeline(callOptions, time),
            callOptions.HedgeAfter is null ? 0 : callOptions.MaxHedges,
            callOptions.AttemptTimeout,
            new SemaphoreSlim(_options.MaxConcurrentChecks),
            time,
            new ExecutionMetrics(meters),
            logger ?? NullLogger<VerifiedExecutor>.Instance);
    }

    /// <summary>Gets what is known about workers; shared by all jobs of this executor.</summary>
    public ReputationLedger Reputation => _services.Reputation;

    /// <inheritdoc />
    public VerifiedRun<TResult> Start<TUnit, TResult>(
        VerifiedJob<TUnit> job,
        WorkerPool<TUnit, TResult> pool,
        IResultVerifier<TUnit, TResult> verifier,
        IResultCodec<TResult>? codec = null,
        IProgress<RunEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(verifier);
        if (!verifier.CanCheck && !verifier.CanCompare)
        {
            throw new ArgumentException("This verifier can neither check a result nor compare two; nothing could ever be accepted.", nameof(verifier));
        }

        if (verifier.CanCheck && !(verifier.CheckWorkShare >= 0 && double.IsFinite(verifier.CheckWorkShare) && verifier.DetectionPower is >= 0 and < 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The verifier states a check work share of {verifier.CheckWorkShare} and a detection power of {verifier.DetectionPower}; the share must be finite and 0 or more, the power a number in [0, 1)."),
                nameof(verifier));
        }

        if (job.Promise == ErrorPromise.WholeJob && !(verifier.CanCheck && verifier.DetectionPower > 0))
        {
            throw new ArgumentException("A promise about the whole job needs checks: agreement of workers, who may collude, cannot take their place.", nameof(verifier));
        }

        if (_options.JournalFolder is not null && codec is null)
        {
            throw new ArgumentException("A journal is asked for (ExecutionOptions.JournalFolder), so results need a codec to be kept.", nameof(codec));
        }

        // No more results than units: the channel is bounded by the job.
        Channel<VerifiedResult<TResult>> results = Channel.CreateUnbounded<VerifiedResult<TResult>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken token = cancellation.Token;
        Task<JobReport> completion = Task.Run(() => RunAsync(job, pool, verifier, codec, progress, results.Writer, token), CancellationToken.None);
        return new VerifiedRun<TResult>(results.Reader, completion, cancellation);
    }

    private async Task<JobReport> RunAsync<TUnit, TResult>(
        VerifiedJob<TUnit> job,
        WorkerPool<TUnit, TResult> pool,
        IResultVerifier<TUnit, TResult> verifier,
        IResultCodec<TResult>? codec,
        IProgress<RunEvent>? progress,
        ChannelWriter<VerifiedResult<TResult>> results,
        CancellationToken cancellationToken)
    {
        using Activity? activity = ExecutionMetrics.Source.StartActivity("job");
        activity?.SetTag("vouch.execution.job", job.Id);
        try
        {
            PolicyDigest policy = EffectivePolicy.DigestOf(job, _options, _acceptanceOptions, _reputationOptions, _replicationOptions);
            using JobJournal<TResult> journal = _options.JournalFolder is { } folder
                ? JobJournal<TResult>.Open(folder, job.Id, policy, codec!, _options.OnJournalMismatch)
                : JobJournal<TResult>.InMemory(job.Id, policy);
            if (journal.DroppedBytes > 0)
            {
                Log.JournalTailDropped(_services.Logger, job.Id, journal.DroppedBytes);
            }

            // Only what is still open needs a place: a job that is done can be read back long after its deadline.
            JobSchedule plan = JobSchedule.Of(job, journal.AcceptedUnits.ToHashSet(), pool.Capacity, _scheduler, _services.Time.GetUtcNow(), cancellationToken);
            LearnAgain(job.Id, journal);
            var run = new JobRun<TUnit, TResult>(job, pool, verifier, progress, _services, _options, policy, journal, plan, results);
            JobReport report = await run.RunAsync(cancellationToken).ConfigureAwait(false);
            _services.Metrics.JobEnded(report.Outcome);
            activity?.SetTag("vouch.execution.outcome", report.Outcome.ToString());
            results.Complete();
            return report;
        }
        catch (Exception failure)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            activity?.SetTag("error.type", failure.GetType().FullName);
            results.Complete(failure);
            throw;
        }
    }

    /// <summary>Puts back into the ledger what earlier processes had learnt in this job; once, since this process keeps it.</summary>
    private void LearnAgain<TResult>(string jobId, JobJournal<TResult> journal)
    {
        if (!_knownJobs.TryAdd(jobId, 0))
        {
            return;
        }

        foreach (JournalEntry entry in journal.Learnt)
        {
            var worker = new Core.Models.WorkerId(entry.Worker!);
            if (entry.Kind == JournalEntry.SuspendedKind)
            {
                _services.Reputation.Suspend(worker, entry.Reason ?? "suspended by an earlier run");
            }
            else
            {
                _services.Reputation.Record(worker, entry.Correct == true, entry.Weight ?? 1);
            }
        }
    }
}
