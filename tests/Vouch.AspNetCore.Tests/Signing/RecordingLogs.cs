using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Vouch.AspNetCore.Tests.Signing;

/// <summary>Keeps all that is logged, exceptions and all.</summary>
internal sealed class RecordingLogs : ILoggerProvider, ILogger
{
    public ConcurrentBag<string> Texts { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Texts.Add($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Texts.Add($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
