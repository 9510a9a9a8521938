using Microsoft.Extensions.Logging;

namespace Vouch.Economy.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Debug, "Scheduled {JobCount} jobs on {SlotCount} slots: cost {Cost}, bound {Bound}, {RejectedCount} rejected, {Seconds} s.")]
    public static partial void Solved(ILogger logger, int jobCount, int slotCount, double cost, double bound, int rejectedCount, double seconds);

    [LoggerMessage(3002, LogLevel.Warning, "No schedule: job {JobId}, constraint {Constraint}; what would help: {Remedy}.")]
    public static partial void Refused(ILogger logger, string? jobId, string? constraint, string? remedy);
}
