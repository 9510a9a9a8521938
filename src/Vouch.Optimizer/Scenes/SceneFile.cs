namespace Vouch.Optimizer.Scenes;

/// <summary>A scene file under analysis: its bytes, its folder, where problems go, and the limits.</summary>
internal sealed record SceneFile(ByteRange Bytes, ResourceFolder Folder, ProblemLog Problems, SceneAnalysisOptions Options, CancellationToken Cancellation);
