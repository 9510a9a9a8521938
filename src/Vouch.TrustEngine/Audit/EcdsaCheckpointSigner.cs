using System.Security.Cryptography;

namespace Vouch.TrustEngine.Audit;

/// <summary>Signs checkpoints with ECDSA on P-256 and SHA-256.</summary>
/// <remarks>C2SP signed-note, signature type 0x02: the signature is in DER form, the key id the first 4 bytes of SHA-256 over the DER public key. Safe to share; the key stays the caller's to dispose.</remarks>
public sealed class EcdsaCheckpointSigner : ICheckpointSigner
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    /// <summary>Initializes a signer.</summary>
    /// <param name="name">The key's name: not empty, without spaces and <c>+</c>; best the log's origin.</param>
    /// <param name="key">A P-256 key with its private part.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> or <paramref name="key"/> is not such.</exception>
    public EcdsaCheckpointSigner(string name, ECDsa key)
    {
        Checkpoint.RequireKeyName(name);
        ArgumentNullException.ThrowIfNull(key);
        EcdsaCheckpointVerifier.RequireP256(key);
        Name = name;
        _key = key;
        KeyId = EcdsaCheckpointVerifier.KeyIdOf(key);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> KeyId { get; }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            return _key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }
}
