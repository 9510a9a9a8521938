using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Frozen;

namespace Vouch.Optimizer.Scenes;

/// <summary>Streams a PLY file: counts triangles from the lengths of its faces' corner lists.</summary>
/// <remarks>Source: G. Turk, <i>The PLY Polygon File Format</i>, 1994. Declared counts are held against the bytes that are there before anything is read.</remarks>
internal sealed class PlyReader
{
    private const int BufferBytes = 1 << 16;
    private const int ElementsBetweenCancellationChecks = 4096;

    private readonly SceneFile _scene;
    private readonly PlyHeader _header;
    private long _triangles;

    private PlyReader(SceneFile scene, PlyHeader header)
    {
        _scene = scene;
        _header = header;
    }

    public static SceneStatistics? Read(SceneFile scene)
    {
        using var lines = new LineReader(scene.Bytes, scene.Options.MaxLineBytes);
        PlyHeader? header = PlyHeader.Read(lines, scene.Problems);
        if (header is null)
        {
            return null;
        }

        var reader = new PlyReader(scene, header);
        if (header.Encoding == "ascii")
        {
            reader.ReadText(lines);
        }
        else
        {
            reader.ReadBinary(lines.Position, header.Encoding == "binary_big_endian");
        }

        return reader.Finish();
    }

    private void ReadText(LineReader lines)
    {
        foreach (PlyHeader.Element element in _header.Elements)
        {
            for (long i = 0; i < element.Count; i++)
            {
                if (i % ElementsBetweenCancellationChecks == 0)
                {
                    _scene.Cancellation.ThrowIfCancellationRequested();
                }

                ReadOnlySpan<byte> line;
                do
                {
                    if (!lines.TryRead(out line))
                    {
                        _scene.Problems.Error(lines.IsTooLong ? SceneProblemKind.LimitExceeded : SceneProblemKind.Truncated, $"line {lines.Line}",
                            lines.IsTooLong ? $"The next line is longer than the {_scene.Options.MaxLineBytes} bytes that MaxLineBytes allows." : $"The file ends after {i} of {element.Count} '{element.Name}'.");
                        return;
                    }
                }
                while (line.Trim(" \t\r"u8).IsEmpty);

                if (element.HasCorners)
                {
                    FaceText(line, element, lines.Line);
                }
            }
        }
    }

    private void FaceText(ReadOnlySpan<byte> line, PlyHeader.Element element, long number)
    {
        foreach (PlyHeader.Property property in element.Properties)
        {
            long values = 1;
            if (property.CountBytes > 0)
            {
                line = line.TrimStart(" \t\r"u8);
                if (!Utf8Parser.TryParse(line, out values, out int consumed) || values < 0)
                {
                    _scene.Problems.Error(SceneProblemKind.Schema, $"line {number}", "A list starts with its length, 0 or more.");
                    return;
                }

                line = line[consumed..];
                if (property.IsCorners)
                {
                    AddFace(values);
                }
            }

            if (!SkipWords(ref line, values))
            {
                _scene.Problems.Error(SceneProblemKind.Truncated, $"line {number}", "The line ends before its properties do.");
                return;
            }
        }
    }

    private static bool SkipWords(ref ReadOnlySpan<byte> line, long count)
    {
        for (; count > 0; count--)
        {
            line = line.TrimStart(" \t\r"u8);
            if (line.IsEmpty)
            {
                return false;
            }

            int end = line.IndexOfAny((byte)' ', (byte)'\t', (byte)'\r');
            line = end < 0 ? [] : line[end..];
        }

        return true;
    }

    private void ReadBinary(long offset, bool isBigEndian)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            foreach (PlyHeader.Element element in _header.Elements)
            {
                long size = element.FixedBytes;
                long next = size >= 0 ? Saturating.Add(offset, Saturating.Multiply(element.Count, size)) : Walk(element, offset, isBigEndian, buffer);
                if (next < 0 || next > _scene.Bytes.Length)
                {
                    _scene.Problems.Error(SceneProblemKind.Truncated, $"byte {offset}", $"The file ends before its {element.Count} '{element.Name}' do.");
                    return;
                }

                offset = next;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Walks elements with lists from length to length. Returns the offset behind them, or -1 where the file ends before.</summary>
    private long Walk(PlyHeader.Element element, long offset, bool isBigEndian, byte[] buffer)
    {
        long bufferStart = 0;
        int buffered = 0;
        for (long i = 0; i < element.Count; i++)
        {
            if (i % ElementsBetweenCancellationChecks == 0)
            {
                _scene.Cancellation.ThrowIfCancellationRequested();
            }

            foreach (PlyHeader.Property property in element.Properties)
            {
                if (property.CountBytes == 0)
                {
                    offset += property.Bytes;
                    continue;
                }

                if (offset < bufferStart || offset + property.CountBytes > bufferStart + buffered)
                {
                    bufferStart = offset;
                    buffered = _scene.Bytes.Read(offset, buffer);
                    if (buffered < property.CountBytes)
                    {
                        return -1;
                    }
                }

                long values = Value(buffer.AsSpan((int)(offset - bufferStart), property.CountBytes), property.IsCountSigned, isBigEndian);
                offset += property.CountBytes;
                if (values < 0 || values > (_scene.Bytes.Length - offset) / property.Bytes)
                {
                    return -1;
                }

                offset += values * property.Bytes;
                if (property.IsCorners)
                {
                    AddFace(values);
                }
            }
        }

        return offset;
    }

    private static long Value(ReadOnlySpan<byte> bytes, bool isSigned, bool isBigEndian) => bytes.Length switch
    {
        1 => isSigned ? (sbyte)bytes[0] : bytes[0],
        2 when isBigEndian => isSigned ? BinaryPrimitives.ReadInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
        2 => isSigned ? BinaryPrimitives.ReadInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        _ when isBigEndian => isSigned ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => isSigned ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
    };

    private void AddFace(long corners) => _triangles = Saturating.Add(_triangles, Math.Max(0, corners - 2));

    private SceneStatistics Finish()
    {
        var elements = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (PlyHeader.Element element in _header.Elements)
        {
            elements[element.Name] = Saturating.Add(elements.GetValueOrDefault(element.Name), element.Count);
        }

        return new SceneStatistics
        {
            Format = SceneFormat.Ply,
            FileBytes = _scene.Bytes.Length,
            UniqueTriangles = _triangles,
            SceneTriangles = _triangles,
            Vertices = elements.GetValueOrDefault("vertex"),
            MissingResources = _scene.Folder.Missing,
            Ply = new PlyStatistics
            {
                Encoding = _header.Encoding,
                Faces = elements.GetValueOrDefault("face"),
                Elements = elements.ToFrozenDictionary(StringComparer.Ordinal),
            },
        };
    }
}
