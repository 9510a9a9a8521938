using System.Buffers.Binary;
using System.IO.Compression;

namespace RenderFarm.Imaging;

/// <summary>Writes (and, for its own kind, reads) PNG pictures of eight bits per channel, red, green and blue.</summary>
/// <remarks>Source: W3C, "Portable Network Graphics (PNG) Specification", third edition. Rows are filtered by the specification's heuristic: the least sum of absolute differences.</remarks>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static readonly uint[] CrcTable = BuildCrcTable();

    /// <summary>Writes a picture.</summary>
    /// <param name="rgb">Row-major, three bytes per pixel; <c>3 * width * height</c> of them.</param>
    public static byte[] Encode(ReadOnlySpan<byte> rgb, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != 3L * width * height)
        {
            throw new ArgumentException($"A picture of {width} x {height} takes {3L * width * height} bytes, got {rgb.Length}.", nameof(rgb));
        }

        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;  // bits per channel
        header[9] = 2;  // colour type: red, green, blue
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "sRGB"u8, [0]);
        WriteChunk(file, "IDAT"u8, Compress(rgb, width, height));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Reads a picture of the kind that <see cref="Encode"/> writes, checking every checksum.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a picture.</exception>
    public static (byte[] Rgb, int Width, int Height) Decode(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
        {
            throw new InvalidDataException("The file does not start with the PNG signature.");
        }

        int width = 0;
        int height = 0;
        using var compressed = new MemoryStream();
        for (ReadOnlySpan<byte> rest = file[Signature.Length..]; ;)
        {
            if (rest.Length < 12)
            {
                throw new InvalidDataException("The file ends without an IEND chunk.");
            }

            int length = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (length < 0 || length > rest.Length - 12)
            {
                throw new InvalidDataException($"A chunk says that it holds {length} bytes, more than are left.");
            }

            ReadOnlySpan<byte> typed = rest.Slice(4, 4 + length);
            if (Crc(typed) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + length)..]))
            {
                throw new InvalidDataException("A chunk's checksum does not match.");
            }

            ReadOnlySpan<byte> data = typed[4..];
            if (typed.StartsWith("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                if (width < 1 || height < 1 || data[8] != 8 || data[9] != 2 || data[12] != 0)
                {
                    throw new InvalidDataException("Only pictures of eight bits per channel, red, green, blue, not interlaced, are read.");
                }
            }
            else if (typed.StartsWith("IDAT"u8))
            {
                compressed.Write(data);
            }
            else if (typed.StartsWith("IEND"u8))
            {
                break;
            }

            rest = rest[(12 + length)..];
        }

        compressed.Position = 0;
        return (Unfilter(compressed, width, height), width, height);
    }

    /// <summary>The picture as a <c>data:</c> address for an HTML page.</summary>
    public static string ToDataUri(ReadOnlySpan<byte> png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static byte[] Compress(ReadOnlySpan<byte> rgb, int width, int height)
    {
        int stride = 3 * width;
        byte[] line = new byte[1 + stride];
        byte[] best = new byte[1 + stride];
        byte[] zero = new byte[stride];
        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                ReadOnlySpan<byte> row = rgb.Slice(y * stride, stride);
                ReadOnlySpan<byte> above = y == 0 ? zero : rgb.Slice((y - 1) * stride, stride);
                long least = long.MaxValue;
                for (byte filter = 0; filter <= 4; filter++)
                {
                    line[0] = filter;
                    long sum = 0;
                    for (int index = 0; index < stride; index++)
                    {
                        byte left = index < 3 ? (byte)0 : row[index - 3];
                        byte corner = index < 3 ? (byte)0 : above[index - 3];
                        byte difference = (byte)(row[index] - Predict(filter, left, above[index], corner));
                        line[1 + index] = difference;
                        sum += Math.Abs((int)(sbyte)difference);
                    }

                    if (sum < least)
                    {
                        least = sum;
                        (line, best) = (best, line);
                    }
                }

                stream.Write(best);
            }
        }

        return compressed.ToArray();
    }

    private static byte[] Unfilter(Stream compressed, int width, int height)
    {
        int stride = 3 * width;
        byte[] rgb = new byte[(long)stride * height];
        byte[] line = new byte[1 + stride];
        using var stream = new ZLibStream(compressed, CompressionMode.Decompress);
        for (int y = 0; y < height; y++)
        {
            stream.ReadExactly(line);
            Span<byte> row = rgb.AsSpan(y * stride, stride);
            for (int index = 0; index < stride; index++)
            {
                byte left = index < 3 ? (byte)0 : row[index - 3];
                byte up = y == 0 ? (byte)0 : rgb[((y - 1) * stride) + index];
                byte corner = y == 0 || index < 3 ? (byte)0 : rgb[((y - 1) * stride) + index - 3];
                row[index] = (byte)(line[1 + index] + Predict(line[0], left, up, corner));
            }
        }

        return rgb;
    }

    private static byte Predict(byte filter, byte left, byte up, byte corner) => filter switch
    {
        0 => 0,
        1 => left,
        2 => up,
        3 => (byte)((left + up) / 2),
        4 => Paeth(left, up, corner),
        _ => throw new InvalidDataException($"There is no row filter {filter}."),
    };

    private static byte Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        int toLeft = Math.Abs(estimate - left);
        int toUp = Math.Abs(estimate - up);
        int toCorner = Math.Abs(estimate - corner);
        return (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] typed = [.. type, .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(typed));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] BuildCrcTable()
    {
        uint[] table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            uint value = index;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : 0xEDB88320 ^ (value >> 1);
            }

            table[index] = value;
        }

        return table;
    }
}
