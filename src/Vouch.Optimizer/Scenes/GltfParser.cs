using System.Text;
using System.Text.Json;
using static Vouch.Optimizer.Scenes.GltfDocument;

namespace Vouch.Optimizer.Scenes;

/// <summary>Streams a glTF document into flat lists, in one pass and without a document tree; arrays may come in any order.</summary>
/// <remarks>Source: Khronos, <i>glTF 2.0 Specification</i>, chapter 5 (properties reference).</remarks>
internal sealed partial class GltfParser
{
    private readonly SceneFile _scene;
    private readonly JsonText _json;
    private readonly GltfDocument _document = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    // Callbacks that run once per element, made once: a method group would make a delegate at each use.
    private readonly JsonValueReader _accessorProperty;
    private readonly JsonValueReader _viewProperty;
    private readonly JsonValueReader _nodeProperty;
    private readonly JsonValueReader _primitiveProperty;
    private readonly JsonValueReader _attribute;
    private readonly JsonValueReader _meshProperty;
    private readonly JsonValueReader _readLink;
    private readonly JsonValueReader _readPrimitive;
    private readonly JsonValueReader _materialProperty;
    private readonly JsonValueReader _nodeExtension;
    private readonly JsonValueReader _instancing;
    private readonly JsonValueReader _instancingAttribute;
    private readonly JsonValueReader _animationProperty;
    private readonly JsonValueReader _skinProperty;
    private readonly JsonValueReader _imageProperty;
    private readonly JsonValueReader _bufferProperty;

    // The element that is being read; the callbacks fill it in.
    private Accessor _accessor;
    private BufferView _view;
    private GltfDocument.Buffer _buffer;
    private Image _image;
    private Primitive _primitive;
    private Node _node;
    private int _links;
    private string? _version;

    private GltfParser(SceneFile scene, ReadOnlyMemory<byte> json)
    {
        _scene = scene;
        _json = new JsonText(json, scene.Problems, scene.Options.MaxElements);
        _accessorProperty = AccessorProperty;
        _viewProperty = ViewProperty;
        _nodeProperty = NodeProperty;
        _primitiveProperty = PrimitiveProperty;
        _attribute = Attribute;
        _meshProperty = MeshProperty;
        _readLink = ReadLink;
        _readPrimitive = ReadPrimitive;
        _materialProperty = MaterialProperty;
        _nodeExtension = NodeExtension;
        _instancing = Instancing;
        _instancingAttribute = InstancingAttribute;
        _animationProperty = AnimationProperty;
        _skinProperty = SkinProperty;
        _imageProperty = ImageProperty;
        _bufferProperty = BufferProperty;
    }

    /// <summary>Parses a document; null, with the problem reported, where it cannot be read at all.</summary>
    public static GltfDocument? Parse(SceneFile scene, ReadOnlyMemory<byte> json)
    {
        var parser = new GltfParser(scene, json);
        if (!parser._json.ReadDocument(scene.Options.MaxJsonDepth, parser.Root))
        {
            return null;
        }

        if (parser._version is null)
        {
            scene.Problems.Error(SceneProblemKind.Schema, "$.asset.version", "A glTF document names its version.");
        }
        else if (!parser._version.StartsWith("2.", StringComparison.Ordinal))
        {
            scene.Problems.Error(SceneProblemKind.UnsupportedFormat, "$.asset.version", $"glTF version '{parser._version}'; version 2 can be analysed.");
        }

        return parser._document;
    }

    private void Root(ref Utf8JsonReader reader)
    {
        _scene.Cancellation.ThrowIfCancellationRequested();
        string name = reader.ValueSpan.Length <= 32 ? reader.GetString()! : "";
        if (name.Length > 0 && !_seen.Add(name))
        {
            reader.Read();
            _scene.Problems.Error(SceneProblemKind.Schema, _json.Where(ref reader), $"'{name}' stands there twice; the second was left out.");
            reader.Skip();
            return;
        }

        switch (name)
        {
            case "asset": _json.NamedObject(ref reader, name, Asset); break;
            case "accessors": _json.Array(ref reader, name, ReadAccessor); break;
            case "bufferViews": _json.Array(ref reader, name, ReadView); break;
            case "buffers": _json.Array(ref reader, name, ReadBuffer); break;
            case "images": _json.Array(ref reader, name, ReadImage); break;
            case "meshes": _json.Array(ref reader, name, ReadMesh); break;
            case "nodes": _json.Array(ref reader, name, ReadNode); break;
            case "scenes": _json.Array(ref reader, name, ReadScene); break;
            case "scene": _document.DefaultScene = _json.Index(ref reader, name); break;
            case "materials": _document.Materials = Math.Max(0, _json.Array(ref reader, name, ReadMaterial)); break;
            case "textures": _document.Textures = Math.Max(0, _json.Array(ref reader, name, null)); break;
            case "cameras": _document.Cameras = Math.Max(0, _json.Array(ref reader, name, null)); break;
            case "skins": _document.Skins = Math.Max(0, _json.Array(ref reader, name, ReadSkin)); break;
            case "animations": _document.Animations = Math.Max(0, _json.Array(ref reader, name, ReadAnimation)); break;
            case "extensionsUsed": _json.Array(ref reader, name, ReadExtension); break;
            case "extensions": _json.NamedObject(ref reader, name, RootExtension); break;
            default: JsonText.Skip(ref reader); break;
        }
    }

    private void Asset(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("version"u8))
        {
            if (_json.Text(ref reader, "version", out ReadOnlyMemory<byte> version))
            {
                _version = Encoding.UTF8.GetString(version.Span[..Math.Min(version.Length, 32)]);
            }
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void ReadMaterial(ref Utf8JsonReader reader) => _json.Object(ref reader, _materialProperty);

    private void MaterialProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("alphaMode"u8))
        {
            if (_json.Text(ref reader, "alphaMode", out ReadOnlyMemory<byte> mode) && mode.Span.SequenceEqual("BLEND"u8))
            {
                _document.Blended++;
            }
        }
        else if (reader.ValueTextEquals("doubleSided"u8))
        {
            reader.Read();
            if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            {
                _document.DoubleSided += reader.TokenType == JsonTokenType.True ? 1 : 0;
            }
            else
            {
                _json.Wrong(ref reader, "a truth value");
            }
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void ReadSkin(ref Utf8JsonReader reader) => _json.Object(ref reader, _skinProperty);

    private void SkinProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("joints"u8))
        {
            _document.Joints += Math.Max(0, _json.Array(ref reader, "joints", null));
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void ReadAnimation(ref Utf8JsonReader reader) => _json.Object(ref reader, _animationProperty);

    private void AnimationProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("channels"u8))
        {
            _document.Channels += Math.Max(0, _json.Array(ref reader, "channels", null));
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void ReadExtension(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= 256)
        {
            _document.Extensions.Add(reader.GetString()!);
        }
        else
        {
            _json.Wrong(ref reader, "the name of an extension");
        }
    }

    private void RootExtension(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("KHR_lights_punctual"u8))
        {
            _json.NamedObject(ref reader, "KHR_lights_punctual", Lights);
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void Lights(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("lights"u8))
        {
            _document.Lights = Math.Max(0, _json.Array(ref reader, "lights", null));
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }
}
