using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Vouch.Caching.Backplane;
using Vouch.Caching.Persistence;

namespace Vouch.Caching.Hybrid;

/// <summary>
/// A value as it stands in the shared tier: version byte, epoch and position of its stamp, its end, the policy's digest, key, tags, the serialized value, and a CRC-32C of
/// it all. The key is in it because a shared tier may be shared with something that maps keys onto each other.
/// </summary>
internal readonly record struct HybridPayload(EntryStamp Stamp, long Expires, string[] Tags, ReadOnlyMemory<byte> Value)
{
    private const byte Version = 1;
    private const int FixedBytes = 1 + 8 + 8 + 8 + 32 + 4 + 4;
    private const int MostTags = 1024;

    public static byte[] Write(string key, in EntryStamp stamp, long expires, byte[] policy, string[] tags, ReadOnlySpan<byte> value)
    {
        int length = FixedBytes + Encoding.UTF8.GetByteCount(key) + tags.Sum(static tag => 4 + Encoding.UTF8.GetByteCount(tag)) + value.Length + 4;
        byte[] payload = new byte[length];
        Span<byte> rest = payload;
        rest[0] = Version;
        BinaryPrimitives.WriteUInt64LittleEndian(rest[1..], stamp.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(rest[9..], stamp.Position);
        BinaryPrimitives.WriteInt64LittleEndian(rest[17..], expires);
        policy.CopyTo(rest[25..]);
        rest = WriteText(rest[57..], key);
        BinaryPrimitives.WriteInt32LittleEndian(rest, tags.Length);
        rest = rest[4..];
        foreach (string tag in tags)
        {
            rest = WriteText(rest, tag);
        }

        value.CopyTo(rest);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(length - 4), Crc32C.Compute(payload.AsSpan(0, length - 4)));
        return payload;
    }

    /// <summary>Reads a payload; false where it is damaged, of another version or policy, or of another key.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, string key, byte[] policy, long fetched, out HybridPayload read)
    {
        read = default;
        ReadOnlySpan<byte> span = payload.Span;
        if (span.Length < FixedBytes + 4 || span[0] != Version || !span.Slice(25, 32).SequenceEqual(policy)
            || Crc32C.Compute(span[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(span[^4..]))
        {
            return false;
        }

        int at = 57;
        if (!TryReadText(span[..^4], ref at, out string? found) || found != key || at + 4 > span.Length - 4)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(span[at..]);
        at += 4;
        if (count is < 0 or > MostTags)
        {
            return false;
        }

        string[] tags = count == 0 ? [] : new string[count];
        for (int i = 0; i < count; i++)
        {
            if (!TryReadText(span[..^4], ref at, out string? tag))
            {
                return false;
            }

            tags[i] = tag;
        }

        read = new HybridPayload(
            new EntryStamp(BinaryPrimitives.ReadUInt64LittleEndian(span[1..]), BinaryPrimitives.ReadInt64LittleEndian(span[9..]), fetched),
            BinaryPrimitives.ReadInt64LittleEndian(span[17..]),
            tags,
            payload[at..^4]);
        return true;
    }

    /// <summary>Whether a payload can carry these tags.</summary>
    public static bool CanCarry(string[] tags) => tags.Length <= MostTags;

    private static Span<byte> WriteText(Span<byte> destination, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, destination[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(destination, length);
        return destination[(4 + length)..];
    }

    private static bool TryReadText(ReadOnlySpan<byte> source, ref int at, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? text)
    {
        text = null;
        if (at + 4 > source.Length)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(source[at..]);
        at += 4;
        if (length < 0 || length > source.Length - at)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(source.Slice(at, length));
        at += length;
        return true;
    }
}
