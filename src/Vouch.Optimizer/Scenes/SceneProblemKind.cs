namespace Vouch.Optimizer.Scenes;

/// <summary>What is wrong with a scene.</summary>
public enum SceneProblemKind
{
    /// <summary>The file is empty.</summary>
    Empty = 0,

    /// <summary>The content is none of the formats that can be analysed.</summary>
    UnsupportedFormat,

    /// <summary>The text or container breaks the grammar of its format (JSON syntax, chunk headers, PLY header).</summary>
    Syntax,

    /// <summary>A value is of the wrong type or out of range, or a required one is missing.</summary>
    Schema,

    /// <summary>An index or name refers to something that is not there.</summary>
    DanglingReference,

    /// <summary>The node hierarchy has a cycle, or a node has several parents.</summary>
    Cycle,

    /// <summary>The file ends before what it declares.</summary>
    Truncated,

    /// <summary>A resource that the scene refers to is not there.</summary>
    MissingResource,

    /// <summary>A resource lies outside the scene's folder or on a network and is never opened.</summary>
    ForbiddenResource,

    /// <summary>A resource is there but cannot be read as what it should be.</summary>
    UnreadableResource,

    /// <summary>A limit of <see cref="SceneAnalysisOptions"/> was met.</summary>
    LimitExceeded,
}
