using Microsoft.Extensions.Logging;

namespace Vouch.Caching.Distributed;

internal static partial class Log
{
    [LoggerMessage(6651, LogLevel.Error, "A post-eviction callback failed.")]
    public static partial void CallbackFailed(ILogger logger, Exception failure);
}
