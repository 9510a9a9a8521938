using System.Security.Cryptography;

namespace Vouch.TrustEngine.Audit;

/// <summary>Verifies what <see cref="EcdsaCheckpointSigner"/> signed.</summary>
/// <remarks>Safe to share; the key stays the caller's to dispose.</remarks>
public sealed class EcdsaCheckpointVerifier : ICheckpointVerifier
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    /// <summary>Initializes a verifier.</summary>
    /// <param name="name">The key's name, as the signer has it.</param>
    /// <param name="key">A P-256 key; the public part is enough.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> or <paramref name="key"/> is not such.</exception>
    public EcdsaCheckpointVerifier(string name, ECDsa key)
    {
        Checkpoint.RequireKeyName(name);
        ArgumentNullException.ThrowIfNull(key);
        RequireP256(key);
        Name = name;
        _key = key;
        KeyId = KeyIdOf(key);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> KeyId { get; }

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
        {
            try
            {
                return _key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    internal static void RequireP256(ECDsa key)
    {
        if (key.KeySize != 256)
        {
            throw new ArgumentException($"A P-256 key has 256 bits; this one has {key.KeySize}.", nameof(key));
        }
    }

    internal static byte[] KeyIdOf(ECDsa key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo())[..4];
}
