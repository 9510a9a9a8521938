using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>What a worker sends back. Nothing about it is trusted: not the unit, the region, the number of floats, nor that they are numbers.</summary>
/// <param name="UnitId">The unit that the worker says this is.</param>
/// <param name="Region">The region that the worker says this is.</param>
/// <param name="SamplesPerPixel">The paths per pixel that the worker says it traced.</param>
/// <param name="Rgb">Linear radiance, row-major, three floats per pixel.</param>
internal sealed record TileImage(WorkUnitId UnitId, Rect Region, int SamplesPerPixel, float[] Rgb)
{
    private const int HeaderBytes = 4 + 4 + (4 * 4) + 4 + 4;

    private static ReadOnlySpan<byte> Magic => "VTI1"u8;

    /// <summary>The picture, for drawing.</summary>
    public ImageTile AsImage() => new(Region, Rgb, (long)SamplesPerPixel * Region.PixelCount);

    /// <summary>Why this cannot be the answer to a unit whatever its colours are, or null: wrong unit, region or size, or pixels that are no radiance.</summary>
    public string? MismatchWith(TileUnit unit)
    {
        if (UnitId != unit.Id)
        {
            return $"answers unit {UnitId}";
        }

        if (Region != unit.Region)
        {
            return $"covers {Region.Width} x {Region.Height} at ({Region.X}, {Region.Y})";
        }

        if (Rgb is null || Rgb.Length != 3 * unit.Region.PixelCount)
        {
            return $"holds {Rgb?.Length ?? 0} numbers, not {3 * unit.Region.PixelCount}";
        }

        int bad = Array.FindIndex(Rgb, static value => !(value >= 0 && float.IsFinite(value)));
        return bad < 0 ? null : $"holds {Rgb[bad]} at position {bad}, which is no radiance";
    }

    /// <summary>Writes the tile as bytes, for a journal: little-endian, the floats bit by bit.</summary>
    public byte[] ToBytes()
    {
        byte[] id = Encoding.UTF8.GetBytes(UnitId.ToString());
        byte[] bytes = new byte[HeaderBytes + id.Length + (4 * Rgb.Length)];
        Magic.CopyTo(bytes);
        Span<int> header = [id.Length, Region.X, Region.Y, Region.Width, Region.Height, SamplesPerPixel, Rgb.Length];
        for (int index = 0; index < header.Length; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 + (4 * index)), header[index]);
        }

        id.CopyTo(bytes.AsSpan(HeaderBytes));
        for (int index = 0; index < Rgb.Length; index++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(HeaderBytes + id.Length + (4 * index)), Rgb[index]);
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a tile.</exception>
    public static TileImage FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic))
        {
            throw new InvalidDataException("The bytes are not a tile: the header is missing.");
        }

        Span<int> header = stackalloc int[7];
        for (int index = 0; index < header.Length; index++)
        {
            header[index] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 + (4 * index))..]);
        }

        if (header[0] < 1 || header[6] < 0 || bytes.Length != HeaderBytes + (long)header[0] + (4L * header[6]))
        {
            throw new InvalidDataException($"The bytes are not a tile: {bytes.Length} bytes do not fit a header that tells of {header[6]} numbers.");
        }

        string id = Encoding.UTF8.GetString(bytes.Slice(HeaderBytes, header[0]));
        float[] rgb = new float[header[6]];
        ReadOnlySpan<byte> pixels = bytes[(HeaderBytes + header[0])..];
        if (BitConverter.IsLittleEndian)
        {
            pixels.CopyTo(MemoryMarshal.AsBytes(rgb.AsSpan()));
        }
        else
        {
            for (int index = 0; index < rgb.Length; index++)
            {
                rgb[index] = BinaryPrimitives.ReadSingleLittleEndian(pixels[(4 * index)..]);
            }
        }

        return new TileImage(new WorkUnitId(id), new Rect(header[1], header[2], header[3], header[4]), header[5], rgb);
    }
}
