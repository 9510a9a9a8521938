namespace Vouch.TrustEngine.Audit;

/// <summary>Signs checkpoints with a key of the host's choice.</summary>
/// <remarks>Implementations are safe to share.</remarks>
public interface ICheckpointSigner
{
    /// <summary>Gets the key's name, as it stands in the signature line: not empty, without spaces and <c>+</c>.</summary>
    string Name { get; }

    /// <summary>Gets the 4 bytes that tell this key from others of the same name.</summary>
    ReadOnlyMemory<byte> KeyId { get; }

    /// <summary>Signs.</summary>
    /// <param name="text">The UTF-8 bytes of the checkpoint's text, its last newline included.</param>
    /// <returns>The signature.</returns>
    byte[] Sign(ReadOnlySpan<byte> text);
}
