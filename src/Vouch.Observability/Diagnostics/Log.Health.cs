using Microsoft.Extensions.Logging;
using Vouch.Observability.Health;

namespace Vouch.Observability.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(9102, LogLevel.Error, "The receiver {Receiver} of traces failed.")]
    public static partial void ReceiverFailed(ILogger logger, Exception exception, string receiver);

    [LoggerMessage(EventId = 9101, Message = "Component {Component} went from {Before} to {After}: {Cause}.")]
    public static partial void HealthChanged(ILogger logger, LogLevel level, string component, HealthState before, HealthState after, HealthCause cause);
}
