using System.ComponentModel.DataAnnotations;

namespace Vouch.Optimizer.Scenes;

/// <summary>How much a scene file may ask of the analysis. Memory stays below <see cref="MaxJsonBytes"/> plus about 64 bytes for each of <see cref="MaxElements"/>.</summary>
public sealed class SceneAnalysisOptions
{
    /// <summary>Gets or sets the largest scene file that is read.</summary>
    /// <value>Bytes in [1, 2^50]. The default is 4 GiB. OBJ and PLY are streamed, of GLB only the JSON chunk and image headers are read.</value>
    [Range(1L, 1L << 50)]
    public long MaxFileBytes { get; set; } = 4L << 30;

    /// <summary>Gets or sets the largest JSON document (a whole .gltf file, or the JSON chunk of a .glb) that is read into memory.</summary>
    /// <value>Bytes in [1, 2^30]. The default is 256 MiB.</value>
    [Range(1, 1 << 30)]
    public int MaxJsonBytes { get; set; } = 256 << 20;

    /// <summary>Gets or sets how deep JSON objects and arrays may nest.</summary>
    /// <value>A count in [8, 1000]. The default is 128.</value>
    [Range(8, 1000)]
    public int MaxJsonDepth { get; set; } = 128;

    /// <summary>Gets or sets how many accessors, nodes, primitives, indices and other elements a scene may hold in all.</summary>
    /// <value>A count in [1, 100,000,000]. The default is 4,000,000.</value>
    [Range(1, 100_000_000)]
    public int MaxElements { get; set; } = 4_000_000;

    /// <summary>Gets or sets how many different material names an OBJ file may use; further ones are reported and not counted.</summary>
    /// <value>A count in [1, 10,000,000]. The default is 65,536: some 16 MiB of names at most.</value>
    [Range(1, 10_000_000)]
    public int MaxMaterialNames { get; set; } = 65_536;

    /// <summary>Gets or sets how deep the node hierarchy may be.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 4,096.</value>
    [Range(1, 1_000_000)]
    public int MaxNodeDepth { get; set; } = 4096;

    /// <summary>Gets or sets how many resources (buffers, images, material libraries) are looked at; further ones are reported and left out.</summary>
    /// <value>A count in [0, 1,000,000]. The default is 4,096.</value>
    [Range(0, 1_000_000)]
    public int MaxResources { get; set; } = 4096;

    /// <summary>Gets or sets how far into an image its size is looked for.</summary>
    /// <value>Bytes in [64, 2^30]. The default is 16 MiB. Only marker headers are read on the way.</value>
    [Range(64, 1 << 30)]
    public int MaxImageHeaderBytes { get; set; } = 16 << 20;

    /// <summary>Gets or sets the longest line of a text format.</summary>
    /// <value>Bytes in [256, 2^28]. The default is 4 MiB.</value>
    [Range(256, 1 << 28)]
    public int MaxLineBytes { get; set; } = 4 << 20;

    /// <summary>Gets or sets how many problems are reported; further ones are counted only.</summary>
    /// <value>A count in [1, 100,000]. The default is 100.</value>
    [Range(1, 100_000)]
    public int MaxProblems { get; set; } = 100;
}
