namespace Vouch.Optimizer.Scenes;

/// <summary>What a Wavefront OBJ file holds besides triangles and vertices.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record ObjStatistics
{
    /// <summary>Gets the lines of the file, a last one without line end included.</summary>
    public long Lines { get; init; }

    /// <summary>Gets the faces with three or more corners.</summary>
    public long Faces { get; init; }

    /// <summary>Gets the corners of the largest face.</summary>
    public long MaxFaceVertices { get; init; }

    /// <summary>Gets the normals (<c>vn</c>).</summary>
    public long Normals { get; init; }

    /// <summary>Gets the texture coordinates (<c>vt</c>).</summary>
    public long TextureCoordinates { get; init; }

    /// <summary>Gets the object statements (<c>o</c>).</summary>
    public long Objects { get; init; }

    /// <summary>Gets the group statements (<c>g</c>).</summary>
    public long Groups { get; init; }

    /// <summary>Gets the materials that the material libraries define (<c>newmtl</c>), in use or not.</summary>
    public long DefinedMaterials { get; init; }
}
