using Vouch.Core.Exceptions;

namespace Vouch.Caching.Redis.Protocol;

/// <summary>Bytes came that are not RESP3, or that ask for more than the limits allow. The connection cannot be used any further.</summary>
public sealed class RedisProtocolException : VouchException
{
    /// <summary>Initializes an exception.</summary>
    /// <param name="message">What was expected and what came.</param>
    /// <param name="position">Where, in bytes since the connection was made.</param>
    public RedisProtocolException(string message, long position)
        : base($"{message} (byte {position.ToString(System.Globalization.CultureInfo.InvariantCulture)} of the connection)") => Position = position;

    /// <summary>Gets where, in bytes since the connection was made.</summary>
    public long Position { get; }
}
