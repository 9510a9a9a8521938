namespace Vouch.Security.Replay;

/// <summary>Remembers which signed requests were accepted, here or, where an implementation is shared, across processes.</summary>
/// <remarks>Safe to share.</remarks>
public interface IReplayStore
{
    /// <summary>Accepts a request the first time, and never again.</summary>
    /// <param name="token">What tells the request from all others.</param>
    /// <param name="createdAt">When it was signed, as the signature says; verified before.</param>
    /// <param name="cancellationToken">Gives up waiting for a shared store; the request may then count as accepted.</param>
    /// <returns>Accepted, or why not.</returns>
    ValueTask<ReplayOutcome> TryAcceptAsync(UInt128 token, DateTimeOffset createdAt, CancellationToken cancellationToken = default);
}
