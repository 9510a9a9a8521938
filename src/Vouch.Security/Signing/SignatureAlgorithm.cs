namespace Vouch.Security.Signing;

/// <summary>How a key signs.</summary>
public enum SignatureAlgorithm
{
    /// <summary>HMAC with SHA-256 (RFC 2104, RFC 9421 section 3.3.3): the same secret signs and verifies; 32 bytes.</summary>
    HmacSha256 = 0,

    /// <summary>HMAC with SHA-512; 64 bytes.</summary>
    HmacSha512,

    /// <summary>ECDSA on NIST P-256 with SHA-256 (RFC 9421 section 3.3.4): a public key verifies; 64 bytes, r and s one after the other.</summary>
    EcdsaP256Sha256,
}
