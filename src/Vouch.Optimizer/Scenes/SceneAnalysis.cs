using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Scenes;

/// <summary>What an analysis found in a scene file: its statistics, as far as they could be read, and everything that is wrong with it.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record SceneAnalysis
{
    /// <summary>Gets the path of the scene file.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the format, <see cref="SceneFormat.Unknown"/> where it is none that can be analysed.</summary>
    public required SceneFormat Format { get; init; }

    /// <summary>Gets what the file tells, or null where nothing could be read. Beside errors, counts may be incomplete.</summary>
    public SceneStatistics? Statistics { get; init; }

    /// <summary>Gets the problems in the order they were met, at most <see cref="SceneAnalysisOptions.MaxProblems"/>.</summary>
    public IReadOnlyList<SceneProblem> Problems { get; init; } = [];

    /// <summary>Gets how many further problems there were.</summary>
    public long UnlistedProblems { get; init; }

    /// <summary>Gets whether there was any error, listed or not.</summary>
    public bool HasErrors { get; init; }

    /// <summary>Gets whether the scene can be rendered and its statistics relied on: there are statistics, and no problem is an error.</summary>
    public bool IsUsable => Statistics is not null && !HasErrors;

    /// <summary>Returns the statistics of a usable scene.</summary>
    /// <returns>The statistics.</returns>
    /// <exception cref="SceneAnalysisException">The scene is not usable; the exception carries the path and the location of the first error.</exception>
    public SceneStatistics RequireUsable()
    {
        if (IsUsable)
        {
            return Statistics!;
        }

        SceneProblem? first = Problems.FirstOrDefault(static problem => problem.Severity == SceneProblemSeverity.Error);
        throw new SceneAnalysisException($"The scene '{Path}' cannot be used: {first?.ToString() ?? "it holds nothing that could be read"}")
        {
            ScenePath = Path,
            Location = first?.Location,
        };
    }
}
