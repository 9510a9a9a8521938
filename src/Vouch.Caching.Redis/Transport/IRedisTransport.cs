using Vouch.Caching.Redis.Protocol;

namespace Vouch.Caching.Redis.Transport;

/// <summary>Sends commands to a Redis server. <see cref="RedisClient"/> is the built-in one; a host may put its own client behind this.</summary>
/// <remarks>Safe to share: commands sent side by side share the connection.</remarks>
public interface IRedisTransport
{
    /// <summary>Sends commands and waits for all their replies. They reach the server in this order; those of other callers may come between them.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="cancellationToken">Gives up waiting; the commands may be carried out all the same.</param>
    /// <returns>The replies in order, errors among them as values.</returns>
    /// <exception cref="RedisConnectionException">The server cannot be reached, or did not answer in time; the commands may have been carried out or not.</exception>
    Task<RedisValue[]> SendAsync(IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken = default);

    /// <summary>Asks to be told when a key that begins with a prefix was changed by anyone (<c>CLIENT TRACKING ... BCAST</c>).</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="listener">Called with the key; with null where changes may have gone unheard: everything is dropped, or the connection was lost or made anew. Called on any thread; returns quickly.</param>
    /// <returns>Ends the listening when disposed.</returns>
    /// <remarks>Holds for connections made later too. Hearing of changes needs a connection: it is made by the next command.</remarks>
    IDisposable Track(string prefix, Action<string?> listener);

    /// <summary>Asks to be told what anyone publishes to a channel (<c>SUBSCRIBE</c>).</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="listener">Called with each message, in their order. What is published while there is no connection is not heard. Called on any thread; returns quickly; does not keep the message's memory.</param>
    /// <returns>Ends the listening when disposed.</returns>
    /// <remarks>Holds for connections made later too. A transport that cannot do it hears nothing, and need not say so: who listens must not depend on it.</remarks>
    IDisposable Subscribe(string channel, Action<RedisValue> listener) => NoSubscription.Instance;
}
