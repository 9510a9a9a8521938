namespace Vouch.Caching.Redis.Diagnostics;

/// <summary>The names under which this package reports: subscribe to them by name alone.</summary>
public static class CachingRedisTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Caching.Redis";

    /// <summary>Histogram of the time from sending commands that belong together until the last reply, in <c>s</c>; <see cref="ErrorTypeTag"/> where none came.</summary>
    public const string DurationInstrument = "vouch.caching.redis.command.duration";

    /// <summary>Counter of commands, in <c>{command}</c>, by <see cref="OutcomeTag"/>.</summary>
    public const string CommandsInstrument = "vouch.caching.redis.commands";

    /// <summary>Counter of attempts to connect, in <c>{attempt}</c>, by <see cref="OutcomeTag"/>.</summary>
    public const string ConnectionsInstrument = "vouch.caching.redis.connection.attempts";

    /// <summary>Counter of connections that were lost, in <c>{connection}</c>.</summary>
    public const string LostInstrument = "vouch.caching.redis.connection.losses";

    /// <summary>The tag that says how it went: succeeded, refused (the server answered with an error) or failed (no answer).</summary>
    public const string OutcomeTag = "vouch.caching.redis.outcome";

    /// <summary>The tag with the type of what went wrong; only on failure.</summary>
    public const string ErrorTypeTag = "error.type";
}
