namespace Vouch.Security.Signing;

/// <summary>A key of a ring and its time.</summary>
/// <param name="Key">The key. It verifies from the moment it is in the ring.</param>
/// <param name="SignsFrom">From when on it is used to sign, if no later one is: later than now for a key whose holders learn of it first.</param>
/// <param name="ExpiresAt">From when on it neither signs nor verifies; null for never.</param>
public sealed record KeyRingEntry(SigningKey Key, DateTimeOffset SignsFrom, DateTimeOffset? ExpiresAt)
{
    internal bool IsExpired(DateTimeOffset now) => ExpiresAt is { } end && now >= end;
}
