using System.Collections.Frozen;

namespace Vouch.Optimizer.Scenes;

/// <summary>Turns a glTF document into statistics, and checks what its counts refer to.</summary>
internal sealed class GltfReader
{
    private readonly SceneFile _scene;
    private readonly GltfDocument _document;

    private GltfReader(SceneFile scene, GltfDocument document)
    {
        _scene = scene;
        _document = document;
    }

    /// <summary>Reads a document.</summary>
    /// <param name="scene">The file it came from.</param>
    /// <param name="json">The document.</param>
    /// <param name="format">glTF or GLB.</param>
    /// <param name="jsonBytes">The size of the document in the file.</param>
    /// <param name="binary">The binary chunk of a GLB, or null.</param>
    public static SceneStatistics? Read(SceneFile scene, ReadOnlyMemory<byte> json, SceneFormat format, long jsonBytes, ByteRange? binary)
    {
        GltfDocument? document = GltfParser.Parse(scene, json);
        return document is null ? null : new GltfReader(scene, document).Count(format, jsonBytes, binary);
    }

    private SceneStatistics Count(SceneFormat format, long jsonBytes, ByteRange? binary)
    {
        CheckAccessors();
        long[] trianglesByMesh = new long[_document.Meshes.Count];
        long vertices = 0;
        long targets = 0;
        var modes = new Dictionary<int, long>();
        for (int mesh = 0; mesh < trianglesByMesh.Length; mesh++)
        {
            GltfDocument.Span range = _document.Meshes[mesh];
            for (int i = 0; i < range.Count; i++)
            {
                GltfDocument.Primitive primitive = _document.Primitives[range.First + i];
                long positions = CountOf(primitive.Position, mesh, i, "attributes.POSITION");
                long corners = primitive.Indices >= 0 ? CountOf(primitive.Indices, mesh, i, "indices") : positions;
                trianglesByMesh[mesh] = Saturating.Add(trianglesByMesh[mesh], Triangles(primitive.Mode, corners));
                vertices = Saturating.Add(vertices, positions);
                targets += primitive.Targets;
                modes[primitive.Mode] = modes.GetValueOrDefault(primitive.Mode) + 1;
            }
        }

        var hierarchy = new GltfHierarchy(_scene, _document, trianglesByMesh);
        hierarchy.Walk();
        var resources = new GltfResources(_scene, _document, binary);
        resources.Read();
        long unique = trianglesByMesh.Aggregate(0L, Saturating.Add);
        if (long.MaxValue == unique || long.MaxValue == hierarchy.Triangles || long.MaxValue == hierarchy.Instances || long.MaxValue == vertices || long.MaxValue == resources.BufferBytes)
        {
            _scene.Problems.Error(SceneProblemKind.LimitExceeded, "$", "A count exceeds 2^63 - 1.");
        }

        return new SceneStatistics
        {
            Format = format,
            FileBytes = _scene.Bytes.Length,
            JsonBytes = jsonBytes,
            UniqueTriangles = unique,
            SceneTriangles = hierarchy.Triangles,
            Vertices = vertices,
            Materials = _document.Materials,
            MissingResources = _scene.Folder.Missing,
            Gltf = new GltfStatistics
            {
                Meshes = _document.Meshes.Count,
                MeshInstances = hierarchy.Instances,
                Primitives = _document.Primitives.Count,
                PrimitiveModes = modes.ToFrozenDictionary(),
                MorphTargets = targets,
                TransparentMaterials = _document.Blended,
                DoubleSidedMaterials = _document.DoubleSided,
                Textures = _document.Textures,
                Images = _document.Images.Count,
                ImageBytes = resources.ImageBytes,
                Texels = resources.Texels,
                BufferBytes = resources.BufferBytes,
                EmbeddedDataUris = resources.DataUris,
                Accessors = _document.Accessors.Count,
                SparseAccessors = _document.Accessors.Count(static accessor => accessor.IsSparse),
                Nodes = _document.Nodes.Count,
                MaxNodeDepth = hierarchy.MaxDepth,
                Skins = _document.Skins,
                Joints = _document.Joints,
                Animations = _document.Animations,
                AnimationChannels = _document.Channels,
                Cameras = _document.Cameras,
                Lights = _document.Lights,
                ExtensionsUsed = _document.Extensions.AsReadOnly(),
            },
        };
    }

    /// <summary>The triangles of a primitive, from its mode and number of corners.</summary>
    private static long Triangles(int mode, long corners) => mode switch
    {
        4 => corners / 3,
        5 or 6 => Math.Max(0, corners - 2),
        _ => 0,
    };

    private long CountOf(int accessor, int mesh, int primitive, string property)
    {
        if (accessor < 0)
        {
            return 0;
        }

        if (accessor < _document.Accessors.Count)
        {
            return _document.Accessors[accessor].Count;
        }

        _scene.Problems.Error(SceneProblemKind.DanglingReference, $"$.meshes[{mesh}].primitives[{primitive}].{property}",
            $"There is no accessor {accessor}; the document has {_document.Accessors.Count}.");
        return 0;
    }

    /// <summary>A count is only believed where its buffer view could hold that many elements: a few bytes of JSON may claim 10^18 triangles.</summary>
    private void CheckAccessors()
    {
        for (int i = 0; i < _document.Accessors.Count; i++)
        {
            GltfDocument.Accessor accessor = _document.Accessors[i];
            if (accessor.View < 0)
            {
                // Zeros, sparse values only, or compressed data: the view is elsewhere or nowhere.
                continue;
            }

            if (accessor.View >= _document.Views.Count)
            {
                _scene.Problems.Error(SceneProblemKind.DanglingReference, $"$.accessors[{i}].bufferView", $"There is no buffer view {accessor.View}; the document has {_document.Views.Count}.");
                continue;
            }

            GltfDocument.BufferView view = _document.Views[accessor.View];
            long size = accessor.Components * accessor.ComponentBytes;
            if (size == 0)
            {
                _scene.Problems.Error(SceneProblemKind.Schema, $"$.accessors[{i}]", "An accessor has a type (SCALAR to MAT4) and a component type (5120 to 5126).");
                continue;
            }

            long stride = Math.Max(view.Stride, size);
            long needed = accessor.Count == 0 ? 0 : Saturating.Add(Saturating.Multiply(accessor.Count - 1, stride), Saturating.Add(size, accessor.Offset));
            if (needed > view.Length)
            {
                _scene.Problems.Error(SceneProblemKind.Truncated, $"$.accessors[{i}].count",
                    $"{accessor.Count} elements take {needed} bytes; buffer view {accessor.View} has {view.Length}.");
            }
        }
    }
}
