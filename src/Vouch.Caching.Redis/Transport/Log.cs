using Microsoft.Extensions.Logging;

namespace Vouch.Caching.Redis.Transport;

internal static partial class Log
{
    [LoggerMessage(6701, LogLevel.Information, "Connected to the Redis server at {Host}:{Port}.")]
    public static partial void Connected(ILogger logger, string host, int port);

    [LoggerMessage(6702, LogLevel.Warning, "The connection to the Redis server at {Host}:{Port} was lost.")]
    public static partial void Lost(ILogger logger, string host, int port);

    [LoggerMessage(6703, LogLevel.Warning, "No connection to the Redis server at {Host}:{Port}; the next attempt is in {Seconds} s.")]
    public static partial void NoConnection(ILogger logger, string host, int port, double seconds, Exception failure);
}
