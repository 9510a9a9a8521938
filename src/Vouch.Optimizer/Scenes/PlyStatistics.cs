using System.Collections.Frozen;

namespace Vouch.Optimizer.Scenes;

/// <summary>What a PLY file holds besides triangles and vertices.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record PlyStatistics
{
    /// <summary>Gets the encoding: <c>ascii</c>, <c>binary_little_endian</c> or <c>binary_big_endian</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary>Gets the faces.</summary>
    public long Faces { get; init; }

    /// <summary>Gets the declared number of elements by name.</summary>
    public IReadOnlyDictionary<string, long> Elements { get; init; } = FrozenDictionary<string, long>.Empty;
}
