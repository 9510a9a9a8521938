using Vouch.Core.Exceptions;

namespace Vouch.Caching.Redis.Transport;

/// <summary>The server cannot be reached, refused the handshake, or did not answer in time.</summary>
public sealed class RedisConnectionException : VouchException
{
    /// <summary>Initializes an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What caused it, or null.</param>
    public RedisConnectionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Gets how long it is until the next attempt to connect; commands fail at once until then. Zero where the next command tries again.</summary>
    public TimeSpan RetryAfter { get; init; }
}
