namespace Vouch.TrustEngine.Audit;

/// <summary>Verifies the signatures of one key.</summary>
/// <remarks>Implementations are safe to share and answer malformed signatures with false.</remarks>
public interface ICheckpointVerifier
{
    /// <summary>Gets the key's name, as it stands in the signature line.</summary>
    string Name { get; }

    /// <summary>Gets the 4 bytes that tell this key from others of the same name.</summary>
    ReadOnlyMemory<byte> KeyId { get; }

    /// <summary>Tells whether a signature is this key's over a text.</summary>
    /// <param name="text">The UTF-8 bytes of the checkpoint's text, its last newline included.</param>
    /// <param name="signature">The signature.</param>
    bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature);
}
