namespace Vouch.AspNetCore.Signing;

/// <summary>Who signed the present request: a feature of the <see cref="Microsoft.AspNetCore.Http.HttpContext"/> once it is verified.</summary>
/// <param name="KeyId">The name of the key.</param>
/// <param name="CreatedAt">When it was signed; null where the scheme does not say.</param>
public sealed record VerifiedSignature(string KeyId, DateTimeOffset? CreatedAt);
