using Microsoft.Extensions.Logging;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Information, "Series {Series}: {Severity} anomaly, {Reasons}. The value is {Value}; {Lower} to {Upper} was usual.")]
    public static partial void Alarm(ILogger logger, string series, AnomalySeverity severity, AnomalyReasons reasons, double value, double lower, double upper);

    [LoggerMessage(7002, LogLevel.Debug, "{Count} idle series are forgotten; {Left} are left.")]
    public static partial void Evicted(ILogger logger, int count, int left);
}
