using System.Buffers.Binary;
using System.IO.Compression;

namespace Vouch.Evaluation.Trust;

/// <summary>Reads 8-bit grey, grey with alpha, RGB and RGBA PNG files without interlacing, the ones that the data sets hold. Alpha is dropped; checksums are not looked at.</summary>
internal static class PngReader
{
    private static ReadOnlySpan<byte> Signature => [137, 80, 78, 71, 13, 10, 26, 10];

    /// <summary>Reads a file.</summary>
    /// <returns>Width, height, channels (1 or 3) and the values, row-major, channels side by side.</returns>
    /// <exception cref="InvalidDataException">The file is no PNG of a supported kind; the message says what was found.</exception>
    public static (int Width, int Height, int Channels, byte[] Pixels) Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>Decodes a file in memory.</summary>
    public static (int Width, int Height, int Channels, byte[] Pixels) Decode(ReadOnlySpan<byte> file, string name = "PNG")
    {
        if (!file.StartsWith(Signature))
        {
            throw new InvalidDataException($"{name}: no PNG signature.");
        }

        int width = 0, height = 0, samples = 0;
        using var packed = new MemoryStream();
        for (int at = Signature.Length; at + 12 <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            ReadOnlySpan<byte> kind = file.Slice(at + 4, 4);
            if (length < 0 || length > file.Length - at - 12)
            {
                throw new InvalidDataException($"{name}: a chunk at byte {at} reaches past the end.");
            }

            ReadOnlySpan<byte> data = file.Slice(at + 8, length);
            if (kind.SequenceEqual("IHDR"u8))
            {
                (width, height, samples) = ReadHeader(data, name);
            }
            else if (kind.SequenceEqual("IDAT"u8))
            {
                packed.Write(data);
            }

            at += length + 12;
        }

        if (width == 0)
        {
            throw new InvalidDataException($"{name}: no IHDR chunk.");
        }

        packed.Position = 0;
        byte[] rows = new byte[(long)height * ((width * samples) + 1)];
        using (var unpacked = new ZLibStream(packed, CompressionMode.Decompress))
        {
            if (unpacked.ReadAtLeast(rows, rows.Length, throwOnEndOfStream: false) < rows.Length)
            {
                throw new InvalidDataException($"{name}: the pixels end early.");
            }
        }

        return (width, height, samples < 3 ? 1 : 3, Unfilter(rows, width, height, samples, name));
    }

    private static (int Width, int Height, int Samples) ReadHeader(ReadOnlySpan<byte> data, string name)
    {
        if (data.Length < 13)
        {
            throw new InvalidDataException($"{name}: a short IHDR chunk.");
        }

        int width = BinaryPrimitives.ReadInt32BigEndian(data), height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
        int samples = data[9] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (data[8] != 8 || samples == 0 || data[12] != 0 || width < 1 || height < 1 || (long)width * height > 1 << 28)
        {
            throw new InvalidDataException($"{name}: {width} x {height}, bit depth {data[8]}, colour type {data[9]}, interlace {data[12]}: only 8-bit grey and RGB without interlacing are read.");
        }

        return (width, height, samples);
    }

    private static byte[] Unfilter(byte[] rows, int width, int height, int samples, string name)
    {
        int channels = samples < 3 ? 1 : 3, stride = width * samples;
        byte[] pixels = new byte[width * height * channels];
        byte[] above = new byte[stride], line = new byte[stride];
        for (int y = 0; y < height; y++)
        {
            int start = y * (stride + 1);
            byte filter = rows[start];
            for (int i = 0; i < stride; i++)
            {
                int left = i >= samples ? line[i - samples] : 0, up = above[i], corner = i >= samples ? above[i - samples] : 0;
                line[i] = (byte)(rows[start + 1 + i] + filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, corner),
                    _ => throw new InvalidDataException($"{name}: row {y} has the unknown filter {filter}."),
                });
            }

            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    pixels[(((y * width) + x) * channels) + channel] = line[(x * samples) + channel];
                }
            }

            (above, line) = (line, above);
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int guess = left + up - corner, toLeft = Math.Abs(guess - left), toUp = Math.Abs(guess - up), toCorner = Math.Abs(guess - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
