namespace Vouch.Security.Signing;

/// <summary>Whether a request is accepted, and the reason for the log.</summary>
/// <param name="Failure">Why not; <see cref="SignatureFailure.None"/> where the request is accepted.</param>
/// <param name="Detail">More about the reason: fixed text without anything from the request, or null.</param>
/// <param name="KeyId">The key that verified, or null.</param>
/// <param name="CreatedAt">When the signature says it was made; null where that is not known.</param>
/// <remarks>Immutable and safe to share. Send nothing of it outwards but <see cref="OutwardText"/>: which check failed is what an attacker would like to know.</remarks>
public readonly record struct SignatureVerdict(SignatureFailure Failure, string? Detail = null, string? KeyId = null, DateTimeOffset? CreatedAt = null)
{
    /// <summary>The one text for whoever sent a request that is refused, whatever the reason.</summary>
    public const string OutwardText = "The request could not be authenticated.";

    /// <summary>Gets whether the request is accepted.</summary>
    public bool IsValid => Failure == SignatureFailure.None && KeyId is not null;

    /// <summary>Gets what tells this signed request from all others: 128 bits of its authentication code or of the hash of what was signed; null where it is not accepted.</summary>
    internal UInt128? Token { get; init; }

    internal static SignatureVerdict Refuse(SignatureFailure failure, string detail, string? keyId = null, DateTimeOffset? createdAt = null) => new(failure, detail, keyId, createdAt);
}
