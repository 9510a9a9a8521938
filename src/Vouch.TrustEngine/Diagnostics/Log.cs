using Microsoft.Extensions.Logging;

namespace Vouch.TrustEngine.Diagnostics;

/// <summary>The package's log messages; event ids 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "Audit log {Path} ended in an append that was cut off: {TornBytes} bytes removed, {Entries} entries kept.")]
    public static partial void TornTail(ILogger logger, string path, long tornBytes, long entries);

    [LoggerMessage(2002, LogLevel.Error, "Audit log {Path} is damaged at byte {Offset}, entry {Index}: {Reason}.")]
    public static partial void Corrupt(ILogger logger, string path, long offset, long index, string reason);

    [LoggerMessage(2003, LogLevel.Information, "Audit log {Path} opened with {Entries} entries.")]
    public static partial void Opened(ILogger logger, string path, long entries);
}
