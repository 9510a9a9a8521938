using System.Text.Json;
using static Vouch.Optimizer.Scenes.GltfDocument;

namespace Vouch.Optimizer.Scenes;

/// <summary>Meshes, nodes and scenes.</summary>
internal sealed partial class GltfParser
{
    private void ReadMesh(ref Utf8JsonReader reader)
    {
        int first = _document.Primitives.Count;
        _json.Object(ref reader, _meshProperty);
        int count = _document.Primitives.Count - first;
        if (count == 0)
        {
            _scene.Problems.Error(SceneProblemKind.Schema, _json.Where(ref reader), "A mesh has at least one primitive.");
        }

        _document.Meshes.Add(new Span(first, count));
    }

    private void MeshProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("primitives"u8))
        {
            _json.Array(ref reader, "primitives", _readPrimitive);
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void ReadPrimitive(ref Utf8JsonReader reader)
    {
        _primitive = new Primitive { Mode = 4, Indices = -1, Position = -1 };
        _json.Object(ref reader, _primitiveProperty);
        _document.Primitives.Add(_primitive);
    }

    private void PrimitiveProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("attributes"u8))
        {
            _json.NamedObject(ref reader, "attributes", _attribute);
        }
        else if (reader.ValueTextEquals("indices"u8))
        {
            _primitive.Indices = _json.Index(ref reader, "indices");
        }
        else if (reader.ValueTextEquals("mode"u8))
        {
            _primitive.Mode = _json.Index(ref reader, "mode");
            if (_primitive.Mode is < 0 or > 6)
            {
                _scene.Problems.Error(SceneProblemKind.Schema, _json.Where(ref reader), "A primitive's mode is 0 to 6.");
            }
        }
        else if (reader.ValueTextEquals("targets"u8))
        {
            _primitive.Targets = Math.Max(0, _json.Array(ref reader, "targets", null));
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void Attribute(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("POSITION"u8))
        {
            _primitive.Position = _json.Index(ref reader, "POSITION");
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void ReadNode(ref Utf8JsonReader reader)
    {
        _node = new Node { Mesh = -1, Instances = -1 };
        _json.Object(ref reader, _nodeProperty);
        _document.Nodes.Add(_node);
    }

    private void NodeProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("mesh"u8))
        {
            _node.Mesh = _json.Index(ref reader, "mesh");
        }
        else if (reader.ValueTextEquals("children"u8))
        {
            _node.Children = ReadLinks(ref reader, "children");
        }
        else if (reader.ValueTextEquals("extensions"u8))
        {
            _json.NamedObject(ref reader, "extensions", _nodeExtension);
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void NodeExtension(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("EXT_mesh_gpu_instancing"u8))
        {
            _json.NamedObject(ref reader, "EXT_mesh_gpu_instancing", _instancing);
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private void Instancing(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("attributes"u8))
        {
            _json.NamedObject(ref reader, "attributes", _instancingAttribute);
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    // All instance attributes have the same count; any of them tells the number of instances.
    private void InstancingAttribute(ref Utf8JsonReader reader) => _node.Instances = _json.Index(ref reader, "attribute");

    private void ReadScene(ref Utf8JsonReader reader)
    {
        int first = _document.Links.Count;
        _links = 0;
        _json.Object(ref reader, SceneProperty);
        _document.Scenes.Add(new Span(first, _links));
    }

    private void SceneProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("nodes"u8))
        {
            _links = ReadLinks(ref reader, "nodes").Count;
        }
        else
        {
            JsonText.Skip(ref reader);
        }
    }

    private Span ReadLinks(ref Utf8JsonReader reader, string name)
    {
        int first = _document.Links.Count;
        _json.Array(ref reader, name, _readLink);
        return new Span(first, _document.Links.Count - first);
    }

    private void ReadLink(ref Utf8JsonReader reader) => _document.Links.Add(_json.IndexHere(ref reader));
}
