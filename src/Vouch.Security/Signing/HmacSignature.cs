using System.Security.Cryptography;

namespace Vouch.Security.Signing;

/// <summary>Verifies bare authentication codes, shortened ones too.</summary>
public static class HmacSignature
{
    /// <summary>Tells whether a code, whole or its leftmost bytes, is the one of data.</summary>
    /// <param name="secret">The secret, of any length.</param>
    /// <param name="data">The data.</param>
    /// <param name="tag">The code that came with it.</param>
    /// <param name="tagBytes">How long a code must be, in bytes, from 1 to the whole length (32 or 64). What is agreed with the sender, never the length of what came.</param>
    /// <param name="algorithm">One of the two HMAC algorithms.</param>
    /// <returns>Whether it is: false also for a code of another length.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tagBytes"/> or <paramref name="algorithm"/> is outside its range.</exception>
    /// <remarks>Constant time in the code's bytes. Allocates nothing. Sources: RFC 2104 section 5 (truncation), RFC 4231 (vectors).</remarks>
    public static bool Verify(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag, int tagBytes, SignatureAlgorithm algorithm = SignatureAlgorithm.HmacSha256)
    {
        int whole = algorithm switch
        {
            SignatureAlgorithm.HmacSha256 => HMACSHA256.HashSizeInBytes,
            SignatureAlgorithm.HmacSha512 => HMACSHA512.HashSizeInBytes,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Only HMAC algorithms make codes."),
        };
        ArgumentOutOfRangeException.ThrowIfLessThan(tagBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tagBytes, whole);
        Span<byte> expected = stackalloc byte[HMACSHA512.HashSizeInBytes];
        if (whole == HMACSHA256.HashSizeInBytes)
        {
            HMACSHA256.HashData(secret, data, expected);
        }
        else
        {
            HMACSHA512.HashData(secret, data, expected);
        }

        bool same = tag.Length == tagBytes && CryptographicOperations.FixedTimeEquals(expected[..tagBytes], tag);
        CryptographicOperations.ZeroMemory(expected);
        return same;
    }
}
