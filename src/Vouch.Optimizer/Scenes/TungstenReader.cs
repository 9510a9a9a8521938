using System.Text;
using System.Text.Json;

namespace Vouch.Optimizer.Scenes;

/// <summary>Streams the scene description of the Tungsten renderer.</summary>
internal sealed class TungstenReader
{
    private const int MaxNameBytes = 4096;

    private readonly SceneFile _scene;
    private readonly JsonText _json;
    private readonly List<(string Name, string Location)> _files = [];
    private long _bsdfs;
    private long _primitives;
    private long _media;
    private string? _integrator;
    private long? _maxBounces;
    private long? _samples;
    private long? _width;
    private long? _height;
    private int _sides;

    private TungstenReader(SceneFile scene, ReadOnlyMemory<byte> json)
    {
        _scene = scene;
        _json = new JsonText(json, scene.Problems, scene.Options.MaxElements);
    }

    /// <summary>Tells by the keys of the root whether a JSON document is a Tungsten scene, a glTF document, or neither.</summary>
    public static SceneFormat Recognize(ReadOnlyMemory<byte> json, int maxDepth)
    {
        bool primitives = false;
        bool setting = false;
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("asset"u8))
                {
                    return SceneFormat.Gltf;
                }

                primitives |= reader.ValueTextEquals("primitives"u8);
                setting |= reader.ValueTextEquals("bsdfs"u8) || reader.ValueTextEquals("camera"u8) || reader.ValueTextEquals("integrator"u8);
                JsonText.Skip(ref reader);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What came before the damage decides; the damage is reported by the reader proper.
            return primitives || setting ? SceneFormat.Tungsten : SceneFormat.Unknown;
        }

        return primitives && setting ? SceneFormat.Tungsten : SceneFormat.Unknown;
    }

    public static SceneStatistics? Read(SceneFile scene, ReadOnlyMemory<byte> json)
    {
        var reader = new TungstenReader(scene, json);
        return reader._json.ReadDocument(scene.Options.MaxJsonDepth, reader.Root) ? reader.Finish() : null;
    }

    private void Root(ref Utf8JsonReader reader)
    {
        _scene.Cancellation.ThrowIfCancellationRequested();
        string name = reader.ValueSpan.Length <= 32 ? reader.GetString()! : "";
        switch (name)
        {
            case "bsdfs": _bsdfs = Math.Max(0, _json.Array(ref reader, name, null)); break;
            case "media": _media = Math.Max(0, _json.Array(ref reader, name, null)); break;
            case "primitives": _primitives = Math.Max(0, _json.Array(ref reader, name, Primitive)); break;
            case "integrator": _json.NamedObject(ref reader, name, Integrator); break;
            case "renderer": _json.NamedObject(ref reader, name, Renderer); break;
            case "camera": _json.NamedObject(ref reader, name, Camera); break;
            default: JsonText.Skip(ref reader); break;
        }
    }

    private void Primitive(ref Utf8JsonReader reader) => _json.Object(ref reader, PrimitiveProperty);

    private void PrimitiveProperty(ref Utf8JsonReader reader)
    {
        if (!reader.ValueTextEquals("file"u8))
        {
            JsonText.Skip(ref reader);
        }
        else if (_json.Text(ref reader, "file", out ReadOnlyMemory<byte> file) && file.Length <= MaxNameBytes && _files.Count <= _scene.Options.MaxResources)
        {
            _files.Add((Encoding.UTF8.GetString(file.Span), _json.Where(ref reader)));
        }
    }

    private void Integrator(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("type"u8))
        {
            if (_json.Text(ref reader, "type", out ReadOnlyMemory<byte> type))
            {
                _integrator = Encoding.UTF8.GetString(type.Span[..Math.Min(type.Length, 256)]);
            }
        }
        else if (reader.ValueTextEquals("max_bounces"u8))
        {
            _maxBounces = _json.Whole(ref reader, "max_bounces");
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void Renderer(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("spp"u8))
        {
            _samples = _json.Whole(ref reader, "spp");
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void Camera(ref Utf8JsonReader reader)
    {
        if (!reader.ValueTextEquals("resolution"u8))
        {
            JsonText.Skip(ref reader);
            return;
        }

        // One number for a square image, or width and height.
        Utf8JsonReader ahead = reader;
        if (ahead.Read() && ahead.TokenType == JsonTokenType.Number)
        {
            _width = _height = _json.Whole(ref reader, "resolution");
            return;
        }

        _sides = 0;
        if (_json.Array(ref reader, "resolution", Side) is not (2 or -1))
        {
            _scene.Problems.Error(SceneProblemKind.Schema, "$.camera.resolution", "A resolution is a number or a pair of numbers.");
        }
    }

    private void Side(ref Utf8JsonReader reader)
    {
        long? side = _json.WholeHere(ref reader);
        if (_sides++ == 0)
        {
            _width = side;
        }
        else
        {
            _height = side;
        }
    }

    private SceneStatistics Finish()
    {
        foreach ((string name, string location) in _files)
        {
            _scene.Folder.Open(name, isUri: false, isVital: true, isOwn: true, location);
        }

        return new SceneStatistics
        {
            Format = SceneFormat.Tungsten,
            FileBytes = _scene.Bytes.Length,
            JsonBytes = _scene.Bytes.Length,
            Materials = _bsdfs,
            MissingResources = _scene.Folder.Missing,
            Tungsten = new TungstenStatistics
            {
                Primitives = _primitives,
                Media = _media,
                Integrator = _integrator,
                MaxBounces = _maxBounces,
                SamplesPerPixel = _samples,
                Width = _width,
                Height = _height,
            },
        };
    }
}
