namespace Vouch.Resilience.Sharing;

/// <summary>Carries what nodes say about breakers to the other nodes: in memory, or over whatever a host has (a Redis channel, the backplane of a cache).</summary>
/// <remarks>Messages may be lost, doubled or late: votes run out, and are cast again as long as they hold.</remarks>
public interface IBreakerTransport
{
    /// <summary>Sends a vote to all other nodes. Must not block; what cannot be sent is dropped.</summary>
    /// <param name="vote">The vote.</param>
    void Publish(BreakerVote vote);

    /// <summary>Asks to be told of other nodes' votes.</summary>
    /// <param name="receive">Is called with each vote, on any thread.</param>
    /// <returns>Ends the subscription when disposed.</returns>
    IDisposable Subscribe(Action<BreakerVote> receive);
}
