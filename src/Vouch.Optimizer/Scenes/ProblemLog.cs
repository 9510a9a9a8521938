namespace Vouch.Optimizer.Scenes;

/// <summary>Collects problems up to a limit. Not safe for concurrent use.</summary>
internal sealed class ProblemLog(int limit)
{
    private readonly List<SceneProblem> _problems = [];

    /// <summary>Whether further problems are only counted, so that no effort should go into their description.</summary>
    public bool IsFull => _problems.Count >= limit;

    public bool HasErrors { get; private set; }

    public long Unlisted { get; private set; }

    public IReadOnlyList<SceneProblem> Problems => _problems.AsReadOnly();

    public void Error(SceneProblemKind kind, string location, string message)
    {
        HasErrors = true;
        Add(new SceneProblem(kind, SceneProblemSeverity.Error, location, message));
    }

    public void Warning(SceneProblemKind kind, string location, string message) => Add(new SceneProblem(kind, SceneProblemSeverity.Warning, location, message));

    private void Add(SceneProblem problem)
    {
        if (_problems.Count < limit)
        {
            _problems.Add(problem);
        }
        else
        {
            Unlisted++;
        }
    }
}
