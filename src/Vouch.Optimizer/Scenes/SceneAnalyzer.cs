using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Scenes;

/// <summary>Counts what a scene file holds, without decoding geometry or pixels, and finds what is wrong with it.</summary>
/// <remarks>Safe to share between threads.</remarks>
public sealed partial class SceneAnalyzer
{
    private readonly SceneAnalysisOptions _options;

    /// <summary>Initializes an analyzer.</summary>
    /// <param name="options">The limits, or null for the defaults.</param>
    public SceneAnalyzer(SceneAnalysisOptions? options = null) => _options = options ?? new SceneAnalysisOptions();
}
