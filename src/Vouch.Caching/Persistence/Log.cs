using Microsoft.Extensions.Logging;

namespace Vouch.Caching.Persistence;

internal static partial class Log
{
    [LoggerMessage(6501, LogLevel.Warning, "A damaged record was passed over in {Segment} at offset {Offset}.")]
    public static partial void DamagedRecord(ILogger logger, string segment, int offset);

    [LoggerMessage(6502, LogLevel.Warning, "Something unreadable in {Segment} at offset {Offset} may have replaced older entries: {Entries} were given up.")]
    public static partial void Suspected(ILogger logger, string segment, int offset, long entries);

    [LoggerMessage(6503, LogLevel.Warning, "{Count} segments were deleted: of another policy or format, or older than one that is missing or unreadable.")]
    public static partial void Discarded(ILogger logger, int count);

    [LoggerMessage(6504, LogLevel.Error, "The disk has no room to write down that entries are out of date; {Segment} and all older segments will be given up at the next start.")]
    public static partial void Disowned(ILogger logger, string segment, Exception failure);

    [LoggerMessage(6505, LogLevel.Warning, "The cache could not be forced to the disk.")]
    public static partial void FlushFailed(ILogger logger, Exception failure);

    [LoggerMessage(6506, LogLevel.Debug, "The summary of {Segment} could not be written; the next start reads the segment instead.")]
    public static partial void SummaryFailed(ILogger logger, string segment, Exception failure);
}
