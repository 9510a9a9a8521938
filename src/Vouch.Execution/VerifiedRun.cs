using System.Threading.Channels;
using Vouch.Execution.Results;

namespace Vouch.Execution;

/// <summary>A job under way: its accepted results as they come, and the report at the end.</summary>
/// <typeparam name="TResult">What comes back from workers.</typeparam>
/// <remarks>Safe to share; <see cref="Results"/> is for one reader. Disposing it cancels the job and waits for its end.</remarks>
public sealed class VerifiedRun<TResult> : IAsyncDisposable
{
    private readonly ChannelReader<VerifiedResult<TResult>> _results;
    private readonly CancellationTokenSource _cancellation;

    internal VerifiedRun(ChannelReader<VerifiedResult<TResult>> results, Task<JobReport> completion, CancellationTokenSource cancellation)
    {
        _results = results;
        _cancellation = cancellation;
        Completion = completion;
    }

    /// <summary>Gets the accepted results in the order of their acceptance. Ends when the job ends; throws what <see cref="Completion"/> throws.</summary>
    /// <exception cref="OperationCanceledException">The job was cancelled. What it had accepted before can still be read and is in the journal.</exception>
    public IAsyncEnumerable<VerifiedResult<TResult>> Results => _results.ReadAllAsync();

    /// <summary>Gets the report at the end of the job.</summary>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    /// <exception cref="Core.Exceptions.SchedulingException">The units do not fit between now and the deadline.</exception>
    /// <exception cref="Core.Exceptions.PolicyMismatchException">The journal was written for other units or under another policy.</exception>
    /// <exception cref="TrustEngine.Audit.AuditLogCorruptionException">The journal's audit log is damaged. Nothing of it is served.</exception>
    /// <exception cref="Core.Exceptions.InputValidationException">An accepted result in the journal is damaged or missing. Results read back before it was reached are intact.</exception>
    /// <exception cref="IOException">The journal cannot be read or written, or another run of the job has it open.</exception>
    public Task<JobReport> Completion { get; }

    /// <summary>Cancels the job and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _cancellation.Dispose();
    }
}
