namespace Vouch.Optimizer.Scenes;

/// <summary>The file format of a scene.</summary>
public enum SceneFormat
{
    /// <summary>None that can be analysed.</summary>
    Unknown = 0,

    /// <summary>glTF 2.0 as JSON (<c>.gltf</c>).</summary>
    Gltf,

    /// <summary>glTF 2.0 as a binary container (<c>.glb</c>).</summary>
    Glb,

    /// <summary>Wavefront OBJ.</summary>
    Obj,

    /// <summary>Stanford polygon file (PLY), ASCII or binary.</summary>
    Ply,

    /// <summary>The scene description of the Tungsten renderer (JSON).</summary>
    Tungsten,
}
