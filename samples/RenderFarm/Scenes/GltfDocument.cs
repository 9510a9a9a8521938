using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace RenderFarm.Scenes;

/// <summary>The JSON and the binary buffers of a glTF 2.0 file, with every access checked against what is there.</summary>
/// <remarks>Source: Khronos Group, "glTF 2.0 Specification" (ISO/IEC 12113:2022), chapters 3.6 (binary data) and 4 (GLB).</remarks>
internal sealed class GltfDocument : IDisposable
{
    private const uint GlbMagic = 0x46546C67;
    private const uint JsonChunk = 0x4E4F534A;
    private const uint BinaryChunk = 0x004E4942;

    private readonly SceneParts _parts;
    private readonly JsonDocument _json;
    private readonly byte[]? _binary;
    private readonly Dictionary<int, byte[]> _buffers = [];

    private GltfDocument(SceneParts parts, JsonDocument json, byte[]? binary)
    {
        _parts = parts;
        _json = json;
        _binary = binary;
    }

    public JsonElement Root => _json.RootElement;

    public static GltfDocument Open(SceneParts parts)
    {
        byte[] file = parts.ReadFile(parts.Path, "the file");
        ReadOnlyMemory<byte> json = file;
        byte[]? binary = null;
        if (file.Length >= 12 && BinaryPrimitives.ReadUInt32LittleEndian(file) == GlbMagic)
        {
            (json, binary) = SplitGlb(parts, file);
        }

        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? new GltfDocument(parts, document, binary) : throw parts.Problem("$", "expected a JSON object");
        }
        catch (JsonException error)
        {
            throw parts.Problem($"line {error.LineNumber + 1}", "the JSON is malformed", error);
        }
    }

    public void Dispose() => _json.Dispose();

    /// <summary>A list of the document; empty when it is not there.</summary>
    public List<JsonElement> List(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out JsonElement list))
        {
            return [];
        }

        return list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : throw _parts.Problem($"{path}.{name}", "expected a list");
    }

    /// <summary>An object of the document; null when it is not there.</summary>
    public JsonElement? Object(JsonElement parent, string name, string path)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            throw _parts.Problem(path, "expected an object");
        }

        if (!parent.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object ? value : throw _parts.Problem($"{path}.{name}", "expected an object");
    }

    /// <summary>A whole number of 0 or more; null when it is not there.</summary>
    public int? Index(JsonElement parent, string name, string path)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            throw _parts.Problem(path, "expected an object");
        }

        if (!parent.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int index) && index >= 0
            ? index
            : throw _parts.Problem($"{path}.{name}", "expected a whole number of 0 or more");
    }

    /// <summary>A finite number, or <paramref name="otherwise"/> when it is not there.</summary>
    public float Number(JsonElement parent, string name, float otherwise, string path) =>
        parent.TryGetProperty(name, out JsonElement value) ? Number(value, $"{path}.{name}") : otherwise;

    /// <summary>A list of finite numbers of a fixed length; null when it is not there.</summary>
    public float[]? Numbers(JsonElement parent, string name, int count, string path)
    {
        if (!parent.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != count)
        {
            throw _parts.Problem($"{path}.{name}", $"expected a list of {count} numbers");
        }

        return [.. value.EnumerateArray().Select(item => Number(item, $"{path}.{name}"))];
    }

    /// <summary>An entry of one of the document's lists.</summary>
    public (JsonElement Element, string Path) Entry(string list, int index, string from)
    {
        List<JsonElement> entries = List(Root, list, "$");
        if (index >= entries.Count)
        {
            throw _parts.Problem(from, $"it names {list}[{index}]; there are {entries.Count}");
        }

        return entries[index].ValueKind == JsonValueKind.Object ? (entries[index], $"$.{list}[{index}]") : throw _parts.Problem($"$.{list}[{index}]", "expected an object");
    }

    /// <summary>The positions of an accessor.</summary>
    public Vector3[] Positions(int accessor, string from)
    {
        (ReadOnlyMemory<byte> data, int stride, int count, int type, string path) = Accessor(accessor, "VEC3", from);
        if (type != 5126)
        {
            throw _parts.Problem(path, $"positions of component type {type} are not read; expected 5126 (float)");
        }

        var points = new Vector3[count];
        ReadOnlySpan<byte> bytes = data.Span;
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> at = bytes[(index * stride)..];
            points[index] = new Vector3(BinaryPrimitives.ReadSingleLittleEndian(at), BinaryPrimitives.ReadSingleLittleEndian(at[4..]), BinaryPrimitives.ReadSingleLittleEndian(at[8..]));
            if (!float.IsFinite(points[index].X + points[index].Y + points[index].Z))
            {
                throw _parts.Problem(path, $"position {index} is not finite");
            }
        }

        return points;
    }

    /// <summary>The indices of an accessor, each below <paramref name="limit"/>.</summary>
    public int[] Indices(int accessor, int limit, string from)
    {
        (ReadOnlyMemory<byte> data, int stride, int count, int type, string path) = Accessor(accessor, "SCALAR", from);
        int[] indices = new int[count];
        ReadOnlySpan<byte> bytes = data.Span;
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> at = bytes[(index * stride)..];
            uint value = type switch
            {
                5121 => at[0],
                5123 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                5125 => BinaryPrimitives.ReadUInt32LittleEndian(at),
                _ => throw _parts.Problem(path, $"indices of component type {type} are not read; expected 5121, 5123 or 5125"),
            };
            indices[index] = value < limit ? (int)value : throw _parts.Problem(path, $"index {value} at {index} names no point; there are {limit}");
        }

        return indices;
    }

    private (ReadOnlyMemory<byte> Data, int Stride, int Count, int Type, string Path) Accessor(int index, string shape, string from)
    {
        (JsonElement accessor, string path) = Entry("accessors", index, from);
        if (accessor.TryGetProperty("sparse", out _))
        {
            throw _parts.Problem(path, "sparse accessors are not read");
        }

        if (!accessor.TryGetProperty("type", out JsonElement kind) || kind.ValueKind != JsonValueKind.String || kind.GetString() != shape)
        {
            throw _parts.Problem(path, $"expected the type {shape}");
        }

        int type = Index(accessor, "componentType", path) ?? 0;
        int count = Index(accessor, "count", path) ?? throw _parts.Problem(path, "the count is missing");
        int size = (type switch { 5121 => 1, 5123 => 2, 5125 or 5126 => 4, _ => throw _parts.Problem(path, $"component type {type} is not read") }) * (shape == "VEC3" ? 3 : 1);
        int viewIndex = Index(accessor, "bufferView", path) ?? throw _parts.Problem(path, "an accessor without a buffer view is not read");
        (JsonElement view, string viewPath) = Entry("bufferViews", viewIndex, path);
        byte[] buffer = Buffer(Index(view, "buffer", viewPath) ?? throw _parts.Problem(viewPath, "the buffer is missing"), viewPath);
        long start = Index(view, "byteOffset", viewPath) ?? 0;
        long length = Index(view, "byteLength", viewPath) ?? throw _parts.Problem(viewPath, "the length is missing");
        if (start + length > buffer.Length)
        {
            throw _parts.Problem(viewPath, $"it covers bytes {start} to {start + length} of a buffer of {buffer.Length}");
        }

        int stride = Index(view, "byteStride", viewPath) ?? size;
        long offset = Index(accessor, "byteOffset", path) ?? 0;
        if (stride < size || count == 0 || offset + ((count - 1L) * stride) + size > length)
        {
            throw _parts.Problem(path, $"{count} elements of {size} bytes, {stride} apart from byte {offset}, do not fit a view of {length} bytes");
        }

        return (buffer.AsMemory((int)(start + offset), (int)(length - offset)), stride, count, type, path);
    }

    private byte[] Buffer(int index, string from)
    {
        if (_buffers.TryGetValue(index, out byte[]? known))
        {
            return known;
        }

        (JsonElement buffer, string path) = Entry("buffers", index, from);
        byte[] data;
        if (!buffer.TryGetProperty("uri", out JsonElement address))
        {
            data = index == 0 && _binary is not null ? _binary : throw _parts.Problem(path, "a buffer without an address needs the binary chunk of a .glb file");
        }
        else
        {
            string uri = address.ValueKind == JsonValueKind.String ? address.GetString()! : throw _parts.Problem(path, "expected the address as text");
            if (uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            {
                int comma = uri.IndexOf(";base64,", StringComparison.OrdinalIgnoreCase);
                data = comma < 0 ? throw _parts.Problem(path, "a data address must be in base64") : Decode(uri[(comma + 8)..], path);
            }
            else
            {
                data = uri.Contains("://", StringComparison.Ordinal)
                    ? throw _parts.Problem(path, "buffers are not fetched from the network")
                    : _parts.ReadFile(_parts.Beside(Uri.UnescapeDataString(uri), path), path);
            }
        }

        return _buffers[index] = data;
    }

    private byte[] Decode(string text, string path)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException error)
        {
            throw _parts.Problem(path, "the data address is not valid base64", error);
        }
    }

    private float Number(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && float.IsFinite((float)number)
            ? (float)number
            : throw _parts.Problem(path, "expected a finite number");

    private static (ReadOnlyMemory<byte> Json, byte[]? Binary) SplitGlb(SceneParts parts, byte[] file)
    {
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4));
        uint total = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8));
        if (version != 2 || total > file.Length)
        {
            throw parts.Problem("byte 4", $"expected version 2 and at most {file.Length} bytes; the header says version {version} and {total} bytes");
        }

        ReadOnlyMemory<byte>? json = null;
        byte[]? binary = null;
        for (long at = 12; at + 8 <= total;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at));
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at + 4));
            if (at + 8 + length > total)
            {
                throw parts.Problem(FormattableString.Invariant($"byte {at}"), $"a chunk of {length} bytes reaches beyond the file");
            }

            Memory<byte> chunk = file.AsMemory((int)at + 8, (int)length);
            if (type == JsonChunk)
            {
                json ??= chunk;
            }
            else if (type == BinaryChunk)
            {
                binary ??= chunk.ToArray();
            }

            at += 8 + length;
        }

        return (json ?? throw parts.Problem("byte 12", "the JSON chunk is missing"), binary);
    }
}
