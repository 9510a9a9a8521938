using Microsoft.Extensions.Logging;
using Vouch.Caching.Backplane;

namespace Vouch.Caching.Hybrid;

internal static partial class Log
{
    [LoggerMessage(6601, LogLevel.Warning, "The shared tier failed; the cache goes on without it.")]
    public static partial void DistributedFailed(ILogger logger, Exception failure);

    [LoggerMessage(6602, LogLevel.Warning, "The backplane could not be read; memory is trusted until the lease ends.")]
    public static partial void BackplaneFailed(ILogger logger, Exception failure);

    [LoggerMessage(6603, LogLevel.Warning, "A removal by {Kind} could not be delivered; it is in force on this node and is delivered when the other side is back.")]
    public static partial void RemovalPending(ILogger logger, InvalidationKind kind, Exception failure);

    [LoggerMessage(6604, LogLevel.Warning, "The backplane's log does not say what was missed: everything cached before is given up.")]
    public static partial void LogLost(ILogger logger);

    [LoggerMessage(6605, LogLevel.Debug, "A value of {Bytes} bytes is not cached: the greatest length is {Limit}.")]
    public static partial void TooLong(ILogger logger, int bytes, int limit);

    [LoggerMessage(6607, LogLevel.Warning, "A value could not be made anew; the one of before is returned for as long as it may be.")]
    public static partial void ServedStale(ILogger logger, Exception failure);

    [LoggerMessage(6606, LogLevel.Warning, "A value in the shared tier could not be read as its type; it is made anew.")]
    public static partial void Unreadable(ILogger logger, Exception failure);
}
