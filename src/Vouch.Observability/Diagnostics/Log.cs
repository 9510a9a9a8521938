using Microsoft.Extensions.Logging;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(9001, LogLevel.Warning, "SLO {Objective}: {Alert} fires.")]
    public static partial void Fires(ILogger logger, string objective, BurnRateAlert alert);

    [LoggerMessage(9002, LogLevel.Information, "SLO {Objective}: {Alert} fires no more.")]
    public static partial void Ends(ILogger logger, string objective, BurnRateAlert alert);

    [LoggerMessage(9003, LogLevel.Warning, "SLO {Objective}: {Explanation}")]
    public static partial void Unreachable(ILogger logger, string objective, string explanation);

    [LoggerMessage(9004, LogLevel.Error, "A listener of the alerts of SLO {Objective} failed.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, string objective);

    [LoggerMessage(9005, LogLevel.Error, "SLO {Objective} is not fed: {Reason}")]
    public static partial void InstrumentRefused(ILogger logger, string objective, string reason);
}
