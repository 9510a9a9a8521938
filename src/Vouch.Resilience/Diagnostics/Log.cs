using Microsoft.Extensions.Logging;
using Vouch.Core.Models;
using Vouch.Resilience.Calls;

namespace Vouch.Resilience.Diagnostics;

/// <summary>The package's log messages, event ids 5000 to 5999.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Warning, "The breaker of worker {Worker} opened: calls to it are refused for {BreakDuration}.")]
    public static partial void BreakerOpened(ILogger logger, WorkerId worker, TimeSpan breakDuration);

    [LoggerMessage(5002, LogLevel.Information, "The breaker of worker {Worker} closed: calls to it pass again.")]
    public static partial void BreakerClosed(ILogger logger, WorkerId worker);

    [LoggerMessage(5003, LogLevel.Warning, "Worker {Worker} was isolated: calls to it are refused until it is closed by hand.")]
    public static partial void BreakerIsolated(ILogger logger, WorkerId worker);

    [LoggerMessage(5004, LogLevel.Debug, "An attempt at worker {Worker} ended as {Outcome} after {Duration}.")]
    public static partial void AttemptFailed(ILogger logger, WorkerId worker, CallAttemptOutcome outcome, TimeSpan duration, Exception? error);

    [LoggerMessage(5005, LogLevel.Debug, "Asking worker {Worker} as well: no answer yet after {Delay}.")]
    public static partial void Hedging(ILogger logger, WorkerId worker, TimeSpan delay);

    [LoggerMessage(5006, LogLevel.Error, "The error classifier threw on an error of worker {Worker}; the default classification is used.")]
    public static partial void ClassifierFailed(ILogger logger, WorkerId worker, Exception error);

    [LoggerMessage(5007, LogLevel.Information, "The options of worker calls changed.")]
    public static partial void OptionsChanged(ILogger logger);

    [LoggerMessage(5008, LogLevel.Information, "The options of the default pipeline {Pipeline} changed.")]
    public static partial void DefaultsChanged(ILogger logger, string? pipeline);
}
