namespace Vouch.Security.RateLimiting;

/// <summary>Limits by a text key, here or, where an implementation is shared, across processes.</summary>
/// <remarks>Safe to share.</remarks>
public interface IKeyedRateLimiter
{
    /// <summary>Takes permits of a key, or none.</summary>
    /// <param name="key">Whose permits.</param>
    /// <param name="quantity">How many, 0 or more; 0 asks what is left and takes nothing.</param>
    /// <param name="cancellationToken">Gives up waiting for a shared limiter; whether permits were taken is then not known.</param>
    /// <returns>Granted with what is left, or refused with when to come back.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantity"/> is negative.</exception>
    ValueTask<RateLimitDecision> AcquireAsync(string key, int quantity = 1, CancellationToken cancellationToken = default);
}
