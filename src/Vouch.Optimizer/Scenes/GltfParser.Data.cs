using System.Text.Json;
using static Vouch.Optimizer.Scenes.GltfDocument;

namespace Vouch.Optimizer.Scenes;

/// <summary>Accessors, buffer views, buffers and images.</summary>
internal sealed partial class GltfParser
{
    private void ReadAccessor(ref Utf8JsonReader reader)
    {
        _accessor = new Accessor { View = -1, Count = -1 };
        _json.Object(ref reader, _accessorProperty);
        if (_accessor.Count < 0)
        {
            _scene.Problems.Error(SceneProblemKind.Schema, _json.Where(ref reader), "An accessor has a count.");
            _accessor.Count = 0;
        }

        _document.Accessors.Add(_accessor);
    }

    private void AccessorProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("bufferView"u8))
        {
            _accessor.View = _json.Index(ref reader, "bufferView");
        }
        else if (reader.ValueTextEquals("byteOffset"u8))
        {
            _accessor.Offset = _json.Whole(ref reader, "byteOffset") ?? 0;
        }
        else if (reader.ValueTextEquals("count"u8))
        {
            _accessor.Count = _json.Whole(ref reader, "count") ?? 0;
        }
        else if (reader.ValueTextEquals("componentType"u8))
        {
            _accessor.ComponentBytes = (_json.Whole(ref reader, "componentType") ?? 0) switch { 5120 or 5121 => 1, 5122 or 5123 => 2, 5125 or 5126 => 4, _ => 0 };
        }
        else if (reader.ValueTextEquals("type"u8))
        {
            _accessor.Components = _json.Text(ref reader, "type", out ReadOnlyMemory<byte> type) ? ComponentsOf(type.Span) : (byte)0;
        }
        else if (reader.ValueTextEquals("sparse"u8))
        {
            _accessor.IsSparse = true;
            JsonText.Skip(ref reader);
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private static byte ComponentsOf(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("SCALAR"u8) ? (byte)1 : type.SequenceEqual("VEC2"u8) ? (byte)2 : type.SequenceEqual("VEC3"u8) ? (byte)3 : type.SequenceEqual("VEC4"u8) ? (byte)4
        : type.SequenceEqual("MAT2"u8) ? (byte)4 : type.SequenceEqual("MAT3"u8) ? (byte)9 : type.SequenceEqual("MAT4"u8) ? (byte)16 : (byte)0;

    private void ReadView(ref Utf8JsonReader reader)
    {
        _view = new BufferView { Buffer = -1 };
        _json.Object(ref reader, _viewProperty);
        _document.Views.Add(_view);
    }

    private void ViewProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("buffer"u8))
        {
            _view.Buffer = _json.Index(ref reader, "buffer");
        }
        else if (reader.ValueTextEquals("byteOffset"u8))
        {
            _view.Offset = _json.Whole(ref reader, "byteOffset") ?? 0;
        }
        else if (reader.ValueTextEquals("byteLength"u8))
        {
            _view.Length = _json.Whole(ref reader, "byteLength") ?? 0;
        }
        else if (reader.ValueTextEquals("byteStride"u8))
        {
            _view.Stride = _json.Whole(ref reader, "byteStride") ?? 0;
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void ReadBuffer(ref Utf8JsonReader reader)
    {
        _buffer = default;
        _json.Object(ref reader, _bufferProperty);
        _document.Buffers.Add(_buffer);
    }

    private void BufferProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("uri"u8))
        {
            _buffer.HasUri = _json.Text(ref reader, "uri", out _buffer.Uri);
        }
        else if (reader.ValueTextEquals("byteLength"u8))
        {
            _buffer.Length = _json.Whole(ref reader, "byteLength") ?? 0;
        }
        else
        {
            _buffer.HasExtensions |= reader.ValueTextEquals("extensions"u8);
            JsonText.Skip(ref reader);
        }
    }

    private void ReadImage(ref Utf8JsonReader reader)
    {
        _image = new Image { View = -1 };
        _json.Object(ref reader, _imageProperty);
        _document.Images.Add(_image);
    }

    private void ImageProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("uri"u8))
        {
            _image.HasUri = _json.Text(ref reader, "uri", out _image.Uri);
        }
        else if (reader.ValueTextEquals("bufferView"u8))
        {
            _image.View = _json.Index(ref reader, "bufferView");
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }
}
