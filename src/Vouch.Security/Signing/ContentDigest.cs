using System.Security.Cryptography;

namespace Vouch.Security.Signing;

/// <summary>The <c>Content-Digest</c> header: hashes of a body (RFC 9530).</summary>
public static class ContentDigest
{
    /// <summary>The header's name.</summary>
    public const string Header = "Content-Digest";

    private const int MaxLength = 1_024;
    private const string Sha256Name = "sha-256=";

    /// <summary>Makes the header's value with SHA-256.</summary>
    /// <param name="body">The body.</param>
    /// <returns>Such as <c>sha-256=:...:</c>.</returns>
    public static string Create(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return $"sha-256=:{Convert.ToBase64String(hash)}:";
    }

    /// <summary>Tells whether a header's value is one of a body.</summary>
    /// <param name="header">The value, or null.</param>
    /// <param name="body">The body.</param>
    /// <returns><see cref="SignatureFailure.None"/> where it holds at least one of SHA-256 and SHA-512 and each that it holds fits; else what is wrong.</returns>
    /// <remarks>Other algorithms are passed over, as RFC 9530 asks for; those it calls insecure never count.</remarks>
    public static SignatureFailure Check(string? header, ReadOnlySpan<byte> body)
    {
        if (header is null)
        {
            return SignatureFailure.Missing;
        }

        // As this class writes it: read where it stands.
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        Span<byte> claimed = stackalloc byte[SigningKey.MaxSignatureBytes];
        if (header.StartsWith(Sha256Name, StringComparison.Ordinal) && StructuredDictionary.TryReadOnlyBytes(header.AsSpan(Sha256Name.Length), claimed, out int claimedBytes))
        {
            int bytes = SHA256.HashData(body, hash);
            return CryptographicOperations.FixedTimeEquals(hash[..bytes], claimed[..claimedBytes]) ? SignatureFailure.None : SignatureFailure.BodyMismatch;
        }

        if (header.Length > MaxLength || !StructuredDictionary.TryReadBytes(header, out List<(string Name, byte[] Value)> members))
        {
            return SignatureFailure.Malformed;
        }

        bool known = false;
        foreach ((string name, byte[] value) in members)
        {
            int length = name switch
            {
                "sha-256" => SHA256.HashData(body, hash),
                "sha-512" => SHA512.HashData(body, hash),
                _ => 0,
            };
            if (length > 0)
            {
                known = true;
                if (!CryptographicOperations.FixedTimeEquals(hash[..length], value))
                {
                    return SignatureFailure.BodyMismatch;
                }
            }
        }

        return known ? SignatureFailure.None : SignatureFailure.AlgorithmMismatch;
    }
}
