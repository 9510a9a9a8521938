using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.TrustEngine.Audit;

/// <summary>A SHA-256 hash: 32 bytes, compared by value.</summary>
/// <remarks>Immutable and safe to share. The default value is 32 zero bytes, which is no tree's root.</remarks>
public readonly record struct MerkleHash
{
    /// <summary>The length of a hash, in bytes.</summary>
    public const int Length = 32;

    private readonly Block _bytes;

    /// <summary>Initializes a hash.</summary>
    /// <param name="bytes">Exactly <see cref="Length"/> bytes; copied.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public MerkleHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A SHA-256 hash has {Length} bytes; this one has {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    /// <summary>Reads a hash where the length may be wrong.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="hash">The hash; the default value where the length is wrong.</param>
    /// <returns>Whether there were exactly <see cref="Length"/> bytes.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out MerkleHash hash)
    {
        bool fits = bytes.Length == Length;
        hash = fits ? new MerkleHash(bytes) : default;
        return fits;
    }

    /// <summary>Reads a hash from 64 hexadecimal digits, in either case.</summary>
    /// <param name="hex">The text.</param>
    /// <exception cref="FormatException"><paramref name="hex"/> is not 64 hexadecimal digits.</exception>
    public static MerkleHash Parse(ReadOnlySpan<char> hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        return TryCreate(bytes, out MerkleHash hash) ? hash : throw new FormatException($"A SHA-256 hash has 64 hexadecimal digits; this text has {hex.Length}.");
    }

    /// <summary>Copies the hash.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_bytes).CopyTo(destination);

    /// <summary>Returns the bytes in a new array.</summary>
    public byte[] ToArray() => ((ReadOnlySpan<byte>)_bytes).ToArray();

    /// <summary>Returns the bytes in base64.</summary>
    public string ToBase64() => Convert.ToBase64String(_bytes);

    /// <summary>Compares by value.</summary>
    /// <param name="other">The hash to compare with.</param>
    public bool Equals(MerkleHash other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <summary>Returns a hash code.</summary>
    public override int GetHashCode() => MemoryMarshal.Read<int>(_bytes);

    /// <summary>Returns 64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes);

    [InlineArray(Length)]
    private struct Block
    {
        private byte _first;
    }
}
