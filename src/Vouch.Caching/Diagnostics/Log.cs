using Microsoft.Extensions.Logging;
using Vouch.Caching.Entries;

namespace Vouch.Caching.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(6401, LogLevel.Warning, "A listener of cache '{Cache}' failed on an entry that left ({Reason}).")]
    public static partial void ListenerFailed(ILogger logger, string cache, RemovalReason reason, Exception failure);
}
