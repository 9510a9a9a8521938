using System.Buffers;
using System.Buffers.Binary;

namespace Vouch.Optimizer.Scenes;

/// <summary>Reads the container of a .glb file: header and JSON chunk; of the binary chunk only where it lies.</summary>
/// <remarks>Source: Khronos, <i>glTF 2.0 Specification</i>, section 4.4 (GLB-stored layout).</remarks>
internal static class GlbReader
{
    private const uint JsonChunk = 0x4E4F534A;
    private const uint BinaryChunk = 0x004E4942;
    private const int HeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;

    public static SceneStatistics? Read(SceneFile scene)
    {
        ProblemLog problems = scene.Problems;
        long fileLength = scene.Bytes.Length;
        Span<byte> head = stackalloc byte[HeaderBytes + ChunkHeaderBytes];
        if (scene.Bytes.Read(0, head) < head.Length)
        {
            problems.Error(SceneProblemKind.Truncated, "byte 0", $"The file has {fileLength} bytes; a GLB header and its first chunk header take {head.Length}.");
            return null;
        }

        if (!head.StartsWith("glTF"u8))
        {
            problems.Error(SceneProblemKind.Syntax, "byte 0", "A GLB file starts with 'glTF'.");
            return null;
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (version != 2)
        {
            problems.Error(SceneProblemKind.UnsupportedFormat, "byte 4", $"GLB version {version}; version 2 can be analysed.");
            return null;
        }

        uint declared = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (declared != fileLength)
        {
            problems.Error(declared > fileLength ? SceneProblemKind.Truncated : SceneProblemKind.Syntax, "byte 8", $"The header declares {declared} bytes; the file has {fileLength}.");
        }

        long jsonLength = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[16..]) != JsonChunk)
        {
            problems.Error(SceneProblemKind.Syntax, "byte 16", "The first chunk of a GLB file holds JSON.");
            return null;
        }

        if (jsonLength > fileLength - head.Length)
        {
            problems.Error(SceneProblemKind.Truncated, "byte 12", $"The JSON chunk declares {jsonLength} bytes; {fileLength - head.Length} are there.");
            return null;
        }

        if (jsonLength > scene.Options.MaxJsonBytes)
        {
            problems.Error(SceneProblemKind.LimitExceeded, "byte 12", $"The JSON chunk has {jsonLength} bytes, more than the {scene.Options.MaxJsonBytes} that MaxJsonBytes allows.");
            return null;
        }

        ByteRange? binary = FindBinary(scene, head.Length + jsonLength);
        byte[] rented = ArrayPool<byte>.Shared.Rent((int)jsonLength);
        try
        {
            int count = scene.Bytes.Read(head.Length, rented.AsSpan(0, (int)jsonLength));
            ReadOnlyMemory<byte> json = rented.AsMemory(0, count);

            // Chunks are padded with spaces; some writers pad with zeros.
            json = json[..json.Span.TrimEnd((byte)0).Length];
            return GltfReader.Read(scene, json, SceneFormat.Glb, jsonLength, binary);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ByteRange? FindBinary(SceneFile scene, long offset)
    {
        // Chunks start at multiples of four.
        offset = (offset + 3) / 4 * 4;
        Span<byte> head = stackalloc byte[ChunkHeaderBytes];
        if (scene.Bytes.Read(offset, head) < head.Length || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != BinaryChunk)
        {
            return null;
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(head);
        long there = scene.Bytes.Length - offset - head.Length;
        if (length > there)
        {
            scene.Problems.Error(SceneProblemKind.Truncated, $"byte {offset}", $"The binary chunk declares {length} bytes; {there} are there.");
        }

        return scene.Bytes.Slice(offset + head.Length, length);
    }
}
