namespace Vouch.Optimizer.Scenes;

/// <summary>One thing that is wrong with a scene, and where.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Location">Where: a JSON path such as <c>$.nodes[3].mesh</c>, a line such as <c>line 12</c>, or a byte offset such as <c>byte 20</c>.</param>
/// <param name="Message">What was found and what was expected, in words.</param>
public sealed record SceneProblem(SceneProblemKind Kind, SceneProblemSeverity Severity, string Location, string Message)
{
    /// <summary>Returns the problem as one line of text.</summary>
    public override string ToString() => $"{Severity} at {Location}: {Message}";
}
