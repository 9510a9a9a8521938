namespace Vouch.Optimizer.Scenes;

/// <summary>What a scene file holds, counted from the file itself without decoding geometry or pixels.</summary>
/// <remarks>Immutable and safe to share. Counts that would exceed 2^63 - 1 stay there, and the analysis reports an error.</remarks>
public sealed record SceneStatistics
{
    /// <summary>Gets the format.</summary>
    public required SceneFormat Format { get; init; }

    /// <summary>Gets the size of the scene file in bytes, without its resources.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Gets the size of the JSON document in bytes: the file of a .gltf, the JSON chunk of a .glb; 0 for formats without JSON.</summary>
    public long JsonBytes { get; init; }

    /// <summary>Gets the triangles with each mesh counted once; polygons are cut into fans.</summary>
    public long UniqueTriangles { get; init; }

    /// <summary>Gets the triangles that the default scene shows: each mesh as often as nodes (and GPU instancing) place it.</summary>
    public long SceneTriangles { get; init; }

    /// <summary>Gets the vertices: the sum of the primitives' position counts, <c>v</c> lines in OBJ, the vertex element in PLY.</summary>
    public long Vertices { get; init; }

    /// <summary>Gets the materials: defined ones in glTF, different ones in use in OBJ, BSDFs in Tungsten.</summary>
    public long Materials { get; init; }

    /// <summary>Gets the resources that the scene file refers to and that are not there, as they are written in it.</summary>
    public IReadOnlyList<string> MissingResources { get; init; } = [];

    /// <summary>Gets what only glTF and GLB have, or null.</summary>
    public GltfStatistics? Gltf { get; init; }

    /// <summary>Gets what only OBJ has, or null.</summary>
    public ObjStatistics? Obj { get; init; }

    /// <summary>Gets what only PLY has, or null.</summary>
    public PlyStatistics? Ply { get; init; }

    /// <summary>Gets what only Tungsten scenes have, or null.</summary>
    public TungstenStatistics? Tungsten { get; init; }
}
