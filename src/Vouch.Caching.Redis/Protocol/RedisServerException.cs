using Vouch.Core.Exceptions;

namespace Vouch.Caching.Redis.Protocol;

/// <summary>The server answered a command with an error. The connection is fine.</summary>
public sealed class RedisServerException : VouchException
{
    /// <summary>Initializes an exception.</summary>
    /// <param name="message">The server's message.</param>
    public RedisServerException(string message)
        : base(message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Code = message.Split(' ', 2)[0];
    }

    /// <summary>Gets the error's code, such as <c>WRONGTYPE</c> or <c>NOAUTH</c>.</summary>
    public string Code { get; }
}
