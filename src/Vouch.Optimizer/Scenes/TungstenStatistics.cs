namespace Vouch.Optimizer.Scenes;

/// <summary>What a scene of the Tungsten renderer says.</summary>
/// <remarks>Immutable and safe to share. Triangles are not counted: meshes lie in files of a format of its own.</remarks>
public sealed record TungstenStatistics
{
    /// <summary>Gets the primitives.</summary>
    public long Primitives { get; init; }

    /// <summary>Gets the participating media.</summary>
    public long Media { get; init; }

    /// <summary>Gets the type of the integrator, or null where none is named.</summary>
    public string? Integrator { get; init; }

    /// <summary>Gets the most bounces of a light path, or null where the file leaves it to the renderer.</summary>
    public long? MaxBounces { get; init; }

    /// <summary>Gets the samples per pixel, or null where the file leaves it to the renderer.</summary>
    public long? SamplesPerPixel { get; init; }

    /// <summary>Gets the width of the image in pixels, or null where the file leaves it to the renderer.</summary>
    public long? Width { get; init; }

    /// <summary>Gets the height of the image in pixels, or null where the file leaves it to the renderer.</summary>
    public long? Height { get; init; }
}
