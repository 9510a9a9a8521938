namespace Vouch.Optimizer.Scenes;

/// <summary>How much a problem in a scene matters.</summary>
public enum SceneProblemSeverity
{
    /// <summary>The scene can be rendered and its counts are right, but something looks wrong or is missing that renderers do without (a texture, a material file).</summary>
    Warning = 0,

    /// <summary>The scene breaks its format, a limit was met, or something it cannot be rendered without is missing; counts may be incomplete.</summary>
    Error,
}
