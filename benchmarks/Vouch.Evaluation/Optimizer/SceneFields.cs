using System.Globalization;
using Vouch.Optimizer.Scenes;

namespace Vouch.Evaluation.Optimizer;

/// <summary>Statistics under the names of the truth table.</summary>
internal static class SceneFields
{
    public static IReadOnlyDictionary<string, object?> Of(SceneAnalysis analysis)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (analysis.Statistics is not { } statistics)
        {
            return fields;
        }

        fields["format"] = statistics.Format == SceneFormat.Tungsten ? "tungsten-json" : statistics.Format.ToString().ToLowerInvariant();
        fields["file_bytes"] = statistics.FileBytes;
        fields["json_bytes"] = statistics.JsonBytes;
        fields["unique_triangles"] = statistics.UniqueTriangles;
        fields["scene_triangles"] = statistics.SceneTriangles;
        fields["vertices"] = statistics.Vertices;
        fields["materials"] = statistics.Materials;
        fields["missing_resources"] = statistics.MissingResources;
        if (statistics.Gltf is { } gltf)
        {
            Add(fields, gltf);
        }

        if (statistics.Obj is { } obj)
        {
            fields["lines"] = obj.Lines;
            fields["faces"] = obj.Faces;
            fields["max_face_vertices"] = obj.MaxFaceVertices;
            fields["normals"] = obj.Normals;
            fields["texcoords"] = obj.TextureCoordinates;
            fields["objects"] = obj.Objects;
            fields["groups"] = obj.Groups;
        }

        if (statistics.Ply is { } ply)
        {
            fields["encoding"] = ply.Encoding;
            fields["faces"] = ply.Faces;
            fields["elements"] = ply.Elements;
        }

        if (statistics.Tungsten is { } tungsten)
        {
            fields["bsdfs"] = statistics.Materials;
            fields["primitives"] = tungsten.Primitives;
            fields["media"] = tungsten.Media;
            fields["integrator"] = tungsten.Integrator;
            fields["max_bounces"] = tungsten.MaxBounces;
            fields["spp"] = tungsten.SamplesPerPixel;
            fields["resolution"] = new long[] { tungsten.Width ?? 0, tungsten.Height ?? 0 };
        }

        return fields;
    }

    public static string Text(object? value) => value switch
    {
        IReadOnlyDictionary<int, long> counts => string.Join(',', counts.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")).Order(StringComparer.Ordinal)),
        IReadOnlyDictionary<string, long> counts => string.Join(',', counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")),
        long[] numbers => string.Join(',', numbers),
        IEnumerable<string> texts => string.Join(',', texts.Order(StringComparer.Ordinal)),
        null => "null",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static void Add(Dictionary<string, object?> fields, GltfStatistics gltf)
    {
        fields["meshes"] = gltf.Meshes;
        fields["mesh_instances"] = gltf.MeshInstances;
        fields["primitives"] = gltf.Primitives;
        fields["primitive_modes"] = gltf.PrimitiveModes;
        fields["morph_targets"] = gltf.MorphTargets;
        fields["transparent_materials"] = gltf.TransparentMaterials;
        fields["double_sided_materials"] = gltf.DoubleSidedMaterials;
        fields["textures"] = gltf.Textures;
        fields["images"] = gltf.Images;
        fields["image_bytes"] = gltf.ImageBytes;
        fields["texels"] = gltf.Texels;
        fields["buffer_bytes"] = gltf.BufferBytes;
        fields["embedded_data_uris"] = gltf.EmbeddedDataUris;
        fields["accessors"] = gltf.Accessors;
        fields["sparse_accessors"] = gltf.SparseAccessors;
        fields["nodes"] = gltf.Nodes;
        fields["max_node_depth"] = gltf.MaxNodeDepth;
        fields["skins"] = gltf.Skins;
        fields["joints"] = gltf.Joints;
        fields["animations"] = gltf.Animations;
        fields["animation_channels"] = gltf.AnimationChannels;
        fields["cameras"] = gltf.Cameras;
        fields["lights"] = gltf.Lights;
        fields["extensions_used"] = gltf.ExtensionsUsed;
    }
}
