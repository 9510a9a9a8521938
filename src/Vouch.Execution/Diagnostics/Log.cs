using Microsoft.Extensions.Logging;
using Vouch.Core.Models;
using Vouch.Execution.Results;

namespace Vouch.Execution.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Information, "Job {JobId} ended: {Outcome}, {Accepted} of {Units} units accepted.")]
    public static partial void JobEnded(ILogger logger, string jobId, JobOutcome outcome, int accepted, int units);

    [LoggerMessage(6002, LogLevel.Warning, "Job {JobId}: worker {Worker} is suspended. {Reason}")]
    public static partial void WorkerSuspended(ILogger logger, string jobId, WorkerId worker, string reason);

    [LoggerMessage(6003, LogLevel.Warning, "Job {JobId}: worker {Worker} failed {Failures} times in a row and is left alone for the rest of the job.")]
    public static partial void WorkerUnresponsive(ILogger logger, string jobId, WorkerId worker, int failures);

    [LoggerMessage(6004, LogLevel.Warning, "Job {JobId}: unit {Unit} is given up. {Reason}")]
    public static partial void UnitGivenUp(ILogger logger, string jobId, WorkUnitId unit, string reason);

    [LoggerMessage(6005, LogLevel.Error, "Job {JobId}: the verifier failed at unit {Unit}. Its check counts neither way.")]
    public static partial void VerifierFailed(ILogger logger, string jobId, WorkUnitId unit, Exception failure);

    [LoggerMessage(6006, LogLevel.Error, "Job {JobId}: the progress observer failed; the job goes on.")]
    public static partial void ProgressFailed(ILogger logger, string jobId, Exception failure);

    [LoggerMessage(6008, LogLevel.Error, "Job {JobId}: the journal could not take what was spent since the last acceptance.")]
    public static partial void JournalNotEnded(ILogger logger, string jobId, Exception failure);

    [LoggerMessage(6009, LogLevel.Error, "Job {JobId}: the codec could not write a result of unit {Unit}; the result is rejected.")]
    public static partial void CodecFailed(ILogger logger, string jobId, WorkUnitId unit, Exception failure);

    [LoggerMessage(6007, LogLevel.Warning, "Job {JobId}: the journal lost its last {Bytes} bytes to an interrupted write; everything accepted is there.")]
    public static partial void JournalTailDropped(ILogger logger, string jobId, long bytes);
}
