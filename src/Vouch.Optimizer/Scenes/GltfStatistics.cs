using System.Collections.Frozen;

namespace Vouch.Optimizer.Scenes;

/// <summary>What a glTF document holds besides triangles and vertices.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record GltfStatistics
{
    /// <summary>Gets the defined meshes.</summary>
    public long Meshes { get; init; }

    /// <summary>Gets how often the default scene places a mesh, GPU instancing expanded.</summary>
    public long MeshInstances { get; init; }

    /// <summary>Gets the primitives of all meshes.</summary>
    public long Primitives { get; init; }

    /// <summary>Gets the primitives by mode: 0 points, 1 lines, 2 line loop, 3 line strip, 4 triangles, 5 triangle strip, 6 triangle fan.</summary>
    public IReadOnlyDictionary<int, long> PrimitiveModes { get; init; } = FrozenDictionary<int, long>.Empty;

    /// <summary>Gets the morph targets, summed over all primitives.</summary>
    public long MorphTargets { get; init; }

    /// <summary>Gets the materials that are blended (<c>alphaMode</c> BLEND).</summary>
    public long TransparentMaterials { get; init; }

    /// <summary>Gets the materials seen from both sides.</summary>
    public long DoubleSidedMaterials { get; init; }

    /// <summary>Gets the textures.</summary>
    public long Textures { get; init; }

    /// <summary>Gets the images.</summary>
    public long Images { get; init; }

    /// <summary>Gets the encoded size of all images that are there, in bytes.</summary>
    public long ImageBytes { get; init; }

    /// <summary>Gets the texels: width times height, summed over the images whose PNG or JPEG header could be read.</summary>
    public long Texels { get; init; }

    /// <summary>Gets the declared size of all buffers, in bytes.</summary>
    public long BufferBytes { get; init; }

    /// <summary>Gets how many buffers and images are embedded as data URIs.</summary>
    public long EmbeddedDataUris { get; init; }

    /// <summary>Gets the accessors.</summary>
    public long Accessors { get; init; }

    /// <summary>Gets the accessors with sparse storage.</summary>
    public long SparseAccessors { get; init; }

    /// <summary>Gets the defined nodes.</summary>
    public long Nodes { get; init; }

    /// <summary>Gets the depth of the default scene's hierarchy; a root alone is 1, an empty scene 0.</summary>
    public int MaxNodeDepth { get; init; }

    /// <summary>Gets the skins.</summary>
    public long Skins { get; init; }

    /// <summary>Gets the joints, summed over all skins.</summary>
    public long Joints { get; init; }

    /// <summary>Gets the animations.</summary>
    public long Animations { get; init; }

    /// <summary>Gets the channels of all animations.</summary>
    public long AnimationChannels { get; init; }

    /// <summary>Gets the cameras.</summary>
    public long Cameras { get; init; }

    /// <summary>Gets the punctual lights (<c>KHR_lights_punctual</c>).</summary>
    public long Lights { get; init; }

    /// <summary>Gets the names of the extensions in use, in the order of the file.</summary>
    public IReadOnlyList<string> ExtensionsUsed { get; init; } = [];
}
