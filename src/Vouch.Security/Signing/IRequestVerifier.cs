namespace Vouch.Security.Signing;

/// <summary>Tells whether a request comes from a holder of a key, unchanged, in time and for the first time.</summary>
/// <remarks>Safe to share. Whatever a request holds, the answer is a verdict, never an exception.</remarks>
public interface IRequestVerifier
{
    /// <summary>Verifies a request over its raw bytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives up waiting for a shared replay store.</param>
    /// <returns>Accepted, or the reason why not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    ValueTask<SignatureVerdict> VerifyAsync(HttpRequestParts request, CancellationToken cancellationToken = default);
}
