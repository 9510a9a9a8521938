using Vouch.Execution.Jobs;
using Vouch.Execution.Journal;
using Vouch.Execution.Progress;
using Vouch.Execution.Verification;

namespace Vouch.Execution;

/// <summary>Gets jobs done by workers that are not trusted, and hands back only results that keep the job's error budget.</summary>
/// <remarks>Safe to share: several jobs may run at once and learn from each other's workers.</remarks>
public interface IVerifiedExecutor
{
    /// <summary>Starts a job.</summary>
    /// <typeparam name="TUnit">What is sent out.</typeparam>
    /// <typeparam name="TResult">What comes back.</typeparam>
    /// <param name="job">The job and the promise it asks for.</param>
    /// <param name="pool">The workers.</param>
    /// <param name="verifier">Looks at results.</param>
    /// <param name="codec">Keeps accepted results beyond the process; needed where <see cref="ExecutionOptions.JournalFolder"/> is set.</param>
    /// <param name="progress">Told of every event, in order, from one thread at a time; must return quickly. Its exceptions are logged and swallowed.</param>
    /// <param name="cancellationToken">Ends the job within 100 ms, whatever workers do. Accepted results stay accepted.</param>
    /// <returns>The run: results as they are accepted, and a report at the end.</returns>
    /// <exception cref="ArgumentException">An argument is null, the verifier can neither check nor compare or states figures out of range, or a codec is missing where the options ask for a journal.</exception>
    VerifiedRun<TResult> Start<TUnit, TResult>(
        VerifiedJob<TUnit> job,
        WorkerPool<TUnit, TResult> pool,
        IResultVerifier<TUnit, TResult> verifier,
        IResultCodec<TResult>? codec = null,
        IProgress<RunEvent>? progress = null,
        CancellationToken cancellationToken = default);
}
