namespace Vouch.Caching.Backplane;

/// <summary>
/// Carries invalidations between the nodes that share data: an append-only log with positions, and pushes of what was appended. Only the log is trusted: a push may be
/// lost, doubled or late and costs time, never correctness. A host may bring its own.
/// </summary>
/// <remarks>
/// What an implementation promises: when <see cref="PublishAsync"/> has returned, every <see cref="ReadAsync"/> that begins afterwards, on any node, sees the invalidation
/// or says that the log is another one or incomplete. Safe to share.
/// </remarks>
public interface ICacheBackplane
{
    /// <summary>Appends an invalidation to the log and tells the other nodes.</summary>
    /// <param name="invalidation">The invalidation.</param>
    /// <param name="cancellationToken">Gives up; the invalidation may then have been appended or not.</param>
    /// <returns>Its position in the log.</returns>
    /// <exception cref="Exception">The backplane cannot be reached; the invalidation may have been appended or not. Appending it again does no harm.</exception>
    ValueTask<long> PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken);

    /// <summary>Reads the log's end.</summary>
    /// <param name="after">The position that the node has read so far, 0 for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What came after it.</returns>
    /// <exception cref="Exception">The backplane cannot be reached.</exception>
    ValueTask<BackplaneReading> ReadAsync(long after, CancellationToken cancellationToken);

    /// <summary>Asks to be told of what others publish.</summary>
    /// <param name="listener">Called with the invalidation and its position, or with null where all that is known is that the log should be read: until it was, the cache lets its callers
    /// wait. Called on any thread; returns quickly.</param>
    /// <returns>Ends the subscription when disposed.</returns>
    IDisposable Subscribe(Action<LoggedInvalidation?> listener);
}
