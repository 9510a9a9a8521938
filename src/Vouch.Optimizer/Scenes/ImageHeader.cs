using System.Buffers.Binary;

namespace Vouch.Optimizer.Scenes;

/// <summary>Reads the size of a PNG or JPEG image from its header alone; pixels are never decoded, so that a decompression bomb costs nothing.</summary>
/// <remarks>Sources: PNG specification (W3C, third edition, 2025), section 11.2.1; JPEG: ITU-T T.81, annex B.</remarks>
internal static class ImageHeader
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads width and height.</summary>
    /// <param name="image">The encoded image.</param>
    /// <param name="limit">How far into the image to look, in bytes.</param>
    /// <param name="width">The width in pixels, above 0 on success.</param>
    /// <param name="height">The height in pixels, above 0 on success.</param>
    public static bool TryRead(ByteRange image, long limit, out long width, out long height)
    {
        Span<byte> head = stackalloc byte[24];
        int count = image.Read(0, head);
        head = head[..count];
        width = height = 0;
        if (head.StartsWith(PngSignature))
        {
            if (count < 24 || !head[12..16].SequenceEqual("IHDR"u8))
            {
                return false;
            }

            width = BinaryPrimitives.ReadUInt32BigEndian(head[16..]);
            height = BinaryPrimitives.ReadUInt32BigEndian(head[20..]);
            return width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue;
        }

        return count >= 4 && head[0] == 0xFF && head[1] == 0xD8 && TryReadJpeg(image, limit, out width, out height);
    }

    private static bool TryReadJpeg(ByteRange image, long limit, out long width, out long height)
    {
        Span<byte> segment = stackalloc byte[9];
        width = height = 0;
        long offset = 2;
        while (offset < limit)
        {
            int count = image.Read(offset, segment);
            if (count < 4 || segment[0] != 0xFF)
            {
                return false;
            }

            byte marker = segment[1];
            if (marker == 0xFF)
            {
                offset++;       // fill byte
                continue;
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                offset += 2;    // markers without a segment
                continue;
            }

            // Frame headers are C0..CF without DHT (C4), JPG (C8) and DAC (CC).
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                height = count >= 9 ? BinaryPrimitives.ReadUInt16BigEndian(segment[5..]) : 0;
                width = count >= 9 ? BinaryPrimitives.ReadUInt16BigEndian(segment[7..]) : 0;
                return width > 0 && height > 0;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
            if (marker is 0xD9 or 0xDA || length < 2)
            {
                return false;   // end of image, start of scan, or a segment that cannot be
            }

            offset += 2 + length;
        }

        return false;
    }
}
